// SPDX-License-Identifier: GPL-2.0-only
/* edit-fx: no magic1, so that the frame holds x87 and SSE alone. */
#include "handler/handler.h"

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	(void)e;
	xs_frame_put32(fpstate, XS_SW_MAGIC1, 0);
}

const struct xs_handler_action xs_handler_edit_fx = {
	.entry = {
		.name = "edit-fx",
		.summary = "takes magic1 away: x87 and SSE come back, all else must be in init state",
		.flags = XS_LINUX_OWN | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* Without magic1: x87 and SSE have to come back, all else in init state. */
static void handler_edit(struct task *t, uint8_t *fp)
{
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);

	sw->magic1 = 0;
	t->keep = 3;
}
#endif
