// SPDX-License-Identifier: GPL-2.0-only
/* bad-pointer: an fpstate pointer to where nothing is. */
#include "handler/handler.h"

static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	(void)fpstate;
	/* Aligned, and never mapped: in the first page, or between the stack and what is below. */
	return xs_task_turn(t) % 2 ? 64 : (uintptr_t)t->cliff + XS_CLIFF_BYTES + 2048;
}

const struct xs_handler_action xs_handler_bad_pointer = {
	.entry = {
		.name = "bad-pointer",
		.summary = "points fpstate to unmapped memory: sigreturn must refuse",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_POINTS,
	},
	.point = point,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
/* Unmapped: sigreturn has to refuse the frame. */
#define handler_point(t, uc) ((uc)->uc_mcontext.fpregs = (void *)64, (t)->keep = 0)
#endif
