// SPDX-License-Identifier: GPL-2.0-only
/* bad-align: an fpstate pointer that no restoring instruction takes. */
#include "handler/handler.h"

static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	(void)t;
	return fpstate + 8;
}

const struct xs_handler_action xs_handler_bad_align = {
	.entry = {
		.name = "bad-align",
		.summary = "misaligns the frame's fpstate pointer: sigreturn must refuse",
		/* what a 32-bit sigreturn reads is copied first, from any address */
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_X86_64 | XS_HANDLER_POINTS,
	},
	.point = point,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
/* Misaligned: sigreturn has to refuse the frame. */
#define handler_point(t, uc) ((t)->keep = 0, (uc)->uc_mcontext.fpregs = \
			      (void *)((uintptr_t)(uc)->uc_mcontext.fpregs + 8))
#endif
