// SPDX-License-Identifier: GPL-2.0-only
/* Images in XSAVE's standard format, lane by lane. */
#include <string.h>

#include "state/image.h"

/* Components 0 and 1 live in the legacy region, at offsets of the image. */
static uint32_t component_base(const struct xs_span *s, const struct xs_cpu *cpu)
{
	return s->component < 2 ? 0 : cpu->offset[s->component];
}

static uint8_t lane_bytes(const struct xs_span *s, uint32_t l)
{
	switch (s->file) {
	case XS_FILE_MXCSR:
		return 4;
	case XS_FILE_FCW:
		return 2;
	case XS_FILE_FTW:
		return 1;
	case XS_FILE_X87:
		return l ? 2 : 8;
	default:
		return 8;
	}
}

struct xs_lane_at xs_lane_at(const struct xs_span *span, const struct xs_cpu *cpu, uint32_t r,
			     uint32_t l)
{
	return (struct xs_lane_at){
		.span = span,
		.offset = component_base(span, cpu) + span->offset + r * span->stride + l * 8,
		.bytes = lane_bytes(span, l),
		.reg = (uint8_t)(span->first_reg + r),
		.lane = (uint8_t)(span->first_lane + l),
	};
}

uint64_t xs_lane_init(const struct xs_lane_at *at)
{
	switch (at->span->file) {
	case XS_FILE_MXCSR:
		return XS_MXCSR_INIT;
	case XS_FILE_FCW:
		return XS_FCW_INIT;
	default:
		return 0;
	}
}

static uint64_t get_raw(const uint8_t *image, const struct xs_lane_at *at)
{
	uint64_t value = 0;

	__builtin_memcpy(&value, image + at->offset, at->bytes);
	return value;
}

static uint64_t xstate_bv(const uint8_t *image, const struct xs_cpu *cpu)
{
	uint64_t bv = 3; /* an FXSAVE image holds x87 and SSE */

	if (cpu->features & XS_CPU_XSAVE)
		__builtin_memcpy(&bv, image + XS_IMAGE_XSTATE_BV, sizeof(bv));
	return bv;
}

/*
 * MXCSR belongs to SSE and AVX, and the standard form of XRSTOR loads it from
 * memory whatever XSTATE_BV says (SDM vol. 1, 13.8): it is never implied.
 */
static bool implied_init(const struct xs_lane_at *at, uint64_t bv)
{
	return at->span->file != XS_FILE_MXCSR && !(bv >> at->span->component & 1);
}

uint64_t xs_lane_get(const uint8_t *image, const struct xs_cpu *cpu, const struct xs_lane_at *at)
{
	if (implied_init(at, xstate_bv(image, cpu)))
		return xs_lane_init(at);
	return get_raw(image, at);
}

void xs_lane_put(uint8_t *image, const struct xs_lane_at *at, uint64_t value)
{
	__builtin_memcpy(image + at->offset, &value, at->bytes);
}

void xs_image_init(uint8_t *image, const struct xs_cpu *cpu)
{
	static const uint16_t fcw = XS_FCW_INIT;
	static const uint32_t mxcsr = XS_MXCSR_INIT;

	memset(image, 0, cpu->image_bytes);
	memcpy(image, &fcw, sizeof(fcw));
	memcpy(image + 24, &mxcsr, sizeof(mxcsr));
	memcpy(image + 28, &cpu->mxcsr_mask, sizeof(cpu->mxcsr_mask));
}

static uint64_t lane_pattern(const struct xs_lane_at *at, uint32_t owner, enum xs_pattern_role role,
			     uint32_t generation)
{
	const struct xs_pattern p = { .generation = generation,
				      .owner = (uint16_t)owner,
				      .role = (uint8_t)role,
				      .file = at->span->file,
				      .reg = at->reg,
				      .lane = at->lane };

	switch (at->span->file) {
	case XS_FILE_MXCSR:
		return xs_pattern_mxcsr(owner, generation);
	case XS_FILE_FCW:
		return xs_pattern_fcw(owner, generation);
	case XS_FILE_FTW:
		return 0xff;
	case XS_FILE_X87:
		if (at->lane)
			return xs_pattern_exponent(at->reg, generation);
		return xs_pattern_lane(&p);
	default:
		return xs_pattern_lane(&p);
	}
}

void xs_image_fill(uint8_t *image, const struct xs_cpu *cpu, uint32_t mask, uint32_t owner,
		   enum xs_pattern_role role, uint32_t generation)
{
	uint64_t bv = 0;

	xs_image_init(image, cpu);
	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		xs_lane_put(image, &at, lane_pattern(&at, owner, role, generation));
		bv |= 1ull << at.span->component;
	}
	if (cpu->features & XS_CPU_XSAVE)
		memcpy(image + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
}

void xs_image_step(uint8_t *image, const struct xs_cpu *cpu, uint32_t mask, uint32_t owner,
		   uint32_t from, uint32_t to)
{
	uint64_t step = xs_pattern_step(from, to);

	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		if (at.bytes == 8)
			xs_lane_put(image, &at, get_raw(image, &at) ^ step);
		else
			xs_lane_put(image, &at, lane_pattern(&at, owner, XS_PATTERN_TASK, to));
	}
}

bool xs_image_differs(const uint8_t *expected, const uint8_t *actual, const struct xs_cpu *cpu,
		      uint32_t mask)
{
	uint64_t bv = xstate_bv(actual, cpu);

	XS_FOR_EACH_LANE(at, mask, cpu)
	{
		uint64_t value = implied_init(&at, bv) ? xs_lane_init(&at) : get_raw(actual, &at);

		if (value != get_raw(expected, &at))
			return true;
	}
	return false;
}
