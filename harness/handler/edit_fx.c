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
		.flags = XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};
