// SPDX-License-Identifier: GPL-2.0-only
/* What sigreturn makes of a frame, an edited one too. */
#include "state/frame.h"

#define LEGACY 3ull /* x87 and SSE */

/* Whether the frame says, and proves, that it is more than FXSAVE's 512 bytes. */
static bool extended(const uint8_t *fpstate, const struct xs_cpu *cpu, uint32_t most)
{
	const uint32_t size = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);

	return (cpu->features & XS_CPU_XSAVE) &&
	       xs_frame_get32(fpstate, XS_SW_MAGIC1) == XS_FRAME_MAGIC1 && size >= XS_XSAVE_MIN &&
	       size <= most && size <= xs_frame_get32(fpstate, XS_SW_EXTENDED_SIZE) &&
	       xs_frame_get32(fpstate, size) == XS_FRAME_MAGIC2;
}

void xs_image_sigreturn(uint8_t *expected, const uint8_t *fpstate, const struct xs_cpu *cpu,
			uint32_t most, uint32_t mask)
{
	uint64_t asked = LEGACY, loaded = LEGACY;

	if (extended(fpstate, cpu, most)) {
		asked = xs_frame_get64(fpstate, XS_SW_XFEATURES) & cpu->xcr0;
		loaded = asked & xs_frame_get64(fpstate, XS_IMAGE_XSTATE_BV);
	}
	loaded &= xs_state_xfeatures(mask);
	xs_image_init(expected, cpu);
	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		/*
		 * XRSTOR takes MXCSR from memory whatever XSTATE_BV says, but a frame
		 * without SSE has the kernel load SSE's init state after it.
		 */
		const bool mxcsr = at.span->file == XS_FILE_MXCSR;
		const bool from_memory = (mxcsr ? asked : loaded) >> at.span->component & 1;

		if (from_memory)
			xs_lane_copy(expected, fpstate, &at);
	}
	if (cpu->features & XS_CPU_XSAVE)
		xs_frame_put64(expected, XS_IMAGE_XSTATE_BV, loaded);
}
