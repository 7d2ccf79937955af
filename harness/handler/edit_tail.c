// SPDX-License-Identifier: GPL-2.0-only
/* edit-tail: magic2 below the page boundary, so that XRSTOR is the first to touch the page above.
 */
#include "handler/handler.h"

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	const uint32_t limit = e->boundary >= XS_XSAVE_MIN + 4 ? e->boundary - 4 : XS_XSAVE_MIN;
	uint32_t bytes = limit & ~63u;

	if (bytes < XS_XSAVE_MIN || e->turn % 2)
		bytes = XS_XSAVE_MIN;
	if (bytes < xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE))
		xs_frame_resize(fpstate, bytes);
}

const struct xs_handler_action xs_handler_edit_tail = {
	.entry = {
		.name = "edit-tail",
		.summary = "lowers xstate_size alone: XRSTOR reads pages that nothing has touched before",
		.flags = XS_LINUX_OWN | XS_HANDLER_LOWERS | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* A smaller xstate_size alone: XRSTOR is the first to read what is behind. */
static void handler_edit(struct task *t, uint8_t *fp)
{
	uint32_t bytes = EDGE >= 580 && t->windows % 2 ? (EDGE - 4) & ~63u : 576;

	*(uint32_t *)((uint8_t *)t->image + bytes) = FP_XSTATE_MAGIC2; /* a register's value, too */
	*(uint32_t *)(fp + bytes) = FP_XSTATE_MAGIC2;
	((struct _fpx_sw_bytes *)(fp + 464))->xstate_size = bytes;
}
#endif
