// SPDX-License-Identifier: GPL-2.0-only
/* edit-init: bits of XSTATE_BV cleared, so that components come back in init state. */
#include "handler/handler.h"

/* One component after the other, then all of them together. */
static uint64_t choose(uint64_t components, uint32_t turn)
{
	const uint32_t n = (uint32_t)__builtin_popcountll(components);
	uint32_t skip = turn % (n + 1);

	if (skip == n)
		return components;
	while (skip--)
		components &= components - 1;
	return components & -components;
}

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	uint64_t clear = choose(xs_state_xfeatures(e->registers), e->turn / 2), set = 0;

	/*
	 * Where MXCSR comes from when SSE does not is the implementation's: the
	 * standard form of XRSTOR takes it from memory, XRSTORS and the kernel's
	 * copy make it init. Let them agree.
	 */
	if (clear & 2)
		xs_frame_put32(fpstate, XS_IMAGE_MXCSR_AT, XS_MXCSR_INIT);
	/* What sw_bytes do not name comes back in init state, too, whatever XSTATE_BV says. */
	if (e->turn % 2) {
		xs_frame_put64(fpstate, XS_SW_XFEATURES,
			       xs_frame_get64(fpstate, XS_SW_XFEATURES) & ~clear);
		return;
	}
	/*
	 * A 32-bit sigreturn does not copy MXCSR where none of x87, SSE and AVX comes
	 * back (copy_uabi_to_xstate()); without XSAVES the task's older one stays.
	 */
	if (e->compat) {
		if ((clear & 3) == 3)
			clear &= ~1ull;
		set = clear & 2 ? 1 : 2;
	}
	xs_frame_use(fpstate, set, clear);
}

const struct xs_handler_action xs_handler_edit_init = {
	.entry = {
		.name = "edit-init",
		.summary = "clears bits of XSTATE_BV or of sw_bytes: those components must come back in "
		   "init state",
		.flags = XS_LINUX_OWN | XS_HANDLER_EDITS,
		.features = XS_CPU_XSAVE,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* Bits of XSTATE_BV or of sw_bytes cleared: those components come back in init state. */
static void handler_edit(struct task *t, uint8_t *fp)
{
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);

	t->keep = ~(1ull << t->windows / 2 % 10);
	if (!(~t->keep & t->mask))
		t->keep = ~t->mask;
	if (t->windows % 2)
		sw->xstate_bv &= t->keep;
	else
		*(uint64_t *)(fp + 512) &= t->keep;
	if (!(t->keep & 2)) /* whether MXCSR comes from memory then is up to the kernel */
		*(uint32_t *)(fp + 24) = 0x1f80;
}
#endif
