// SPDX-License-Identifier: GPL-2.0-only
/* What sigreturn makes of a frame, an edited one too. */
#include "state/image.h"

#define SW_XFEATURES   (XS_FRAME_SW_BYTES + 8)
#define SW_XSTATE_SIZE (XS_FRAME_SW_BYTES + 16)

#define X87    (1ull << 0)
#define SSE    (1ull << 1)
#define LEGACY (X87 | SSE)

static uint32_t load_u32(const uint8_t *at)
{
	uint32_t value;

	__builtin_memcpy(&value, at, sizeof(value));
	return value;
}

static uint64_t load_u64(const uint8_t *at)
{
	uint64_t value;

	__builtin_memcpy(&value, at, sizeof(value));
	return value;
}

/* Whether the frame says, and proves, that it is more than FXSAVE's 512 bytes. */
static bool extended(const uint8_t *fpstate, const struct xs_cpu *cpu)
{
	const uint32_t size = load_u32(fpstate + SW_XSTATE_SIZE);

	return (cpu->features & XS_CPU_XSAVE) &&
	       load_u32(fpstate + XS_FRAME_SW_BYTES) == XS_FRAME_MAGIC1 &&
	       size >= XS_IMAGE_LEGACY_BYTES + XS_IMAGE_HEADER_BYTES && size <= cpu->image_bytes &&
	       size <= load_u32(fpstate + XS_FRAME_SW_BYTES + 4) &&
	       load_u32(fpstate + size) == XS_FRAME_MAGIC2;
}

void xs_image_sigreturn(uint8_t *expected, const uint8_t *fpstate, const struct xs_cpu *cpu,
			uint32_t mask)
{
	uint64_t asked = LEGACY, loaded = LEGACY;

	if (extended(fpstate, cpu)) {
		asked = load_u64(fpstate + SW_XFEATURES) & cpu->xcr0;
		loaded = asked & load_u64(fpstate + XS_IMAGE_XSTATE_BV);
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
		__builtin_memcpy(expected + XS_IMAGE_XSTATE_BV, &loaded, sizeof(loaded));
}
