// SPDX-License-Identifier: GPL-2.0-only
/* bad-header: bytes of the XSAVE header set that have to be zero. */
#include "handler/handler.h"

/* XRSTOR's standard form wants bytes 23:8 of the header to be zero (SDM vol. 1, 13.8.1). */
static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	const uint32_t at = e->turn % 2 ? XS_XCOMP_BV + 8 : XS_XCOMP_BV;

	xs_frame_put64(fpstate, at, e->turn % 4 < 2 ? 7 : 1ull << 40);
}

const struct xs_handler_action xs_handler_bad_header = {
	.entry = {
		.name = "bad-header",
		.summary = "sets XCOMP_BV or reserved bytes of the header: sigreturn must refuse",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
/* XCOMP_BV or reserved bytes of the header: sigreturn has to refuse the frame. */
static void handler_edit(struct task *t, void *fp)
{
	uint64_t *area = fp;

	area[t->windows % 2 ? 66 : 65] = t->windows % 4 < 2 ? 7 : 1ull << 40;
	t->keep = 0;
}
#endif
