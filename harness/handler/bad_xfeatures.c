// SPDX-License-Identifier: GPL-2.0-only
/* bad-xfeatures: bits of XSTATE_BV that XCR0 does not have. */
#include "handler/handler.h"

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	const uint64_t absent = e->turn % 2 ? 1ull << 62 : ~e->cpu->xcr0 & ((1ull << 62) - 1);

	/* The lowest: the nearest to what exists. */
	xs_frame_use(fpstate, absent & -absent, 0);
	/* sw_bytes as in the frame of a machine that has it. */
	if (e->turn / 2 % 2)
		xs_frame_put64(fpstate, XS_SW_XFEATURES,
			       xs_frame_get64(fpstate, XS_SW_XFEATURES) | (absent & -absent));
}

const struct xs_handler_action xs_handler_bad_xfeatures = {
	.entry = {
		.name = "bad-xfeatures",
		.summary = "sets bits of XSTATE_BV that do not exist: sigreturn must refuse",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
/* No such component: sigreturn has to refuse the frame. */
#define handler_edit(t, fp) (((uint64_t *)(fp))[64] |= 1ull << 62, (t)->keep = 0)
#endif
