// SPDX-License-Identifier: GPL-2.0-only
/* bad-magic: sw_bytes that do not fit together, which make the frame one of x87 and SSE. */
#include "handler/handler.h"

/* Source: check_xstate_in_sigframe() in arch/x86/kernel/fpu/signal.c. */
static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	const uint32_t bytes = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);

	switch (e->turn % 5) {
	case 0:
		xs_frame_put32(fpstate, XS_SW_MAGIC1, XS_FRAME_MAGIC1 ^ 1);
		break;
	case 1:
		if (bytes <= XS_IMAGE_MAX) /* as a sound kernel has it */
			xs_frame_put32(fpstate, bytes, XS_FRAME_MAGIC2 ^ 1);
		break;
	case 2: /* larger than any frame of this task */
		xs_frame_put32(fpstate, XS_SW_XSTATE_SIZE, XS_IMAGE_MAX + 64);
		break;
	case 3: /* no room for the header */
		xs_frame_put32(fpstate, XS_SW_XSTATE_SIZE, XS_IMAGE_LEGACY_BYTES);
		break;
	default: /* more than there is behind fpstate */
		xs_frame_put32(fpstate, XS_SW_EXTENDED_SIZE, bytes - 64);
		break;
	}
}

const struct xs_handler_action xs_handler_bad_magic = {
	.entry = {
		.name = "bad-magic",
		.summary = "spoils magic1, magic2 or a size: x87 and SSE come back, all else init",
		.flags = XS_LINUX_OWN | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* sw_bytes that do not fit together: x87 and SSE come back, all else in init state. */
static void handler_edit(struct task *t, uint8_t *fp)
{
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);

	if (t->windows % 4 == 0)
		sw->magic1 ^= 1;
	else if (t->windows % 4 == 1)
		*(uint32_t *)(fp + sw->xstate_size) ^= 1; /* magic2 */
	else if (t->windows % 4 == 2)
		sw->xstate_size = 512; /* no room for the header */
	else
		sw->extended_size = sw->xstate_size - 64; /* more than there is */
	t->keep = 3;
}
#endif
