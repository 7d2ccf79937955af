// SPDX-License-Identifier: GPL-2.0-only
/* Images in XSAVE's standard format, lane by lane. */
#include "state/frame.h"

/* Components 0 and 1 live in the legacy region, at offsets of the image. */
static uint32_t component_base(const struct xs_span *s, const struct xs_cpu *cpu)
{
	return s->component < 2 ? 0 : cpu->offset[s->component];
}

struct xs_lane_at xs_lane_at(const struct xs_span *span, const struct xs_cpu *cpu, uint32_t r,
			     uint32_t l)
{
	return (struct xs_lane_at){
		.span = span,
		.offset = component_base(span, cpu) + span->offset + r * span->stride + l * 8,
		.bytes = xs_files[span->file].bytes,
		.reg = (uint8_t)(span->first_reg + r),
		.lane = (uint8_t)(span->first_lane + l),
	};
}

uint64_t xs_lane_init(const struct xs_lane_at *at)
{
	return xs_files[at->span->file].init;
}

/* The bits of a lane in the word that it begins; every lane of an image begins one. */
static uint64_t lane_bits(const struct xs_lane_at *at)
{
	return UINT64_MAX >> (64 - 8 * at->bytes);
}

static uint64_t get_raw(const uint8_t *image, const struct xs_lane_at *at)
{
	return xs_frame_get64(image, at->offset) & lane_bits(at);
}

/*
 * The number of lanes of a span that has 64-bit patterns only and no gaps, as
 * most lanes are, and quick to walk; 0 for any other.
 */
static uint32_t solid_lanes(const struct xs_span *s)
{
	const bool solid = s->file < XS_FILES_WIDE && s->stride == 8 * s->lanes;

	return solid ? (uint32_t)s->regs * s->lanes : 0;
}

static uint64_t xstate_bv(const uint8_t *image, const struct xs_cpu *cpu)
{
	if (!(cpu->features & XS_CPU_XSAVE))
		return 3; /* an FXSAVE image holds x87 and SSE */
	return xs_frame_get64(image, XS_IMAGE_XSTATE_BV);
}

/*
 * MXCSR belongs to SSE and AVX, and the standard form of XRSTOR loads it from
 * memory whatever XSTATE_BV says (SDM vol. 1, 13.8): it is never implied.
 */
static bool implied_init(const struct xs_span *s, uint64_t bv)
{
	return s->file != XS_FILE_MXCSR && !(bv >> s->component & 1);
}

uint64_t xs_lane_get(const uint8_t *image, const struct xs_cpu *cpu, const struct xs_lane_at *at)
{
	if (implied_init(at->span, xstate_bv(image, cpu)))
		return xs_lane_init(at);
	return get_raw(image, at);
}

void xs_lane_put(uint8_t *image, const struct xs_lane_at *at, uint64_t value)
{
	const uint64_t bits = lane_bits(at), word = xs_frame_get64(image, at->offset);

	xs_frame_put64(image, at->offset, (word & ~bits) | (value & bits));
}

void xs_lane_copy(uint8_t *to, const uint8_t *from, const struct xs_lane_at *at)
{
	xs_lane_put(to, at, get_raw(from, at));
}

void xs_image_init(uint8_t *image, const struct xs_cpu *cpu)
{
	uint8_t *to = image;
	size_t bytes = cpu->image_bytes;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
	xs_frame_put32(image, 0, XS_FCW_INIT);
	xs_frame_put32(image, XS_IMAGE_MXCSR_AT, XS_MXCSR_INIT);
	xs_frame_put32(image, XS_IMAGE_MXCSR_AT + 4, cpu->mxcsr_mask);
}

void xs_image_entry(uint8_t *image, const struct xs_cpu *cpu)
{
	xs_image_init(image, cpu);
	if (!(cpu->xcr0 >> XS_XFEATURE_PKRU & 1))
		return;
	xs_frame_put32(image, cpu->offset[XS_XFEATURE_PKRU], cpu->init_pkru);
	xs_frame_put64(image, XS_IMAGE_XSTATE_BV, 1ull << XS_XFEATURE_PKRU);
}

uint64_t xs_lane_pattern(const struct xs_lane_at *at, uint32_t owner, uint32_t role,
			 uint32_t generation)
{
	const struct xs_pattern p = { .generation = generation,
				      .owner = (uint16_t)owner,
				      .role = (uint8_t)role,
				      .file = at->span->file,
				      .reg = at->reg,
				      .lane = at->lane };

	return xs_files[p.file].pattern(&p);
}

static bool driven(const struct xs_drive *drive, uint8_t file, uint32_t reg)
{
	return file != XS_FILE_VECTOR || (drive->vectors >> reg & 1);
}

void xs_image_fill(uint8_t *image, const struct xs_cpu *cpu, const struct xs_drive *drive,
		   uint32_t generation)
{
	uint64_t bv = 0;

	xs_image_init(image, cpu);
	XS_FOR_EACH_LANE(at, drive->mask, cpu)
	{
		if (!driven(drive, at.span->file, at.reg))
			continue;
		xs_lane_put(image, &at,
			    xs_lane_pattern(&at, drive->owner, drive->role, generation));
		bv |= 1ull << at.span->component;
	}
	if (cpu->features & XS_CPU_XSAVE)
		xs_frame_put64(image, XS_IMAGE_XSTATE_BV, bv);
}

static void step_solid(uint8_t *at, uint32_t lanes, uint64_t step)
{
	for (const uint8_t *end = at + (size_t)lanes * 8; at < end; at += 8)
		xs_frame_put64(at, 0, xs_frame_get64(at, 0) ^ step);
}

void xs_image_step(uint8_t *image, const struct xs_cpu *cpu, const struct xs_drive *drive,
		   uint32_t from, uint32_t to)
{
	const uint64_t step = xs_pattern_step(from, to);

	XS_FOR_EACH_SPAN(s, drive->mask)
	{
		const uint32_t solid = solid_lanes(s);
		uint8_t *base = image + component_base(s, cpu) + s->offset;

		if (solid && (s->file != XS_FILE_VECTOR || drive->vectors == UINT32_MAX)) {
			step_solid(base, solid, step);
			continue;
		}
		for (uint32_t r = 0; solid && r < s->regs; r++)
			if (driven(drive, s->file, s->first_reg + r))
				step_solid(base + (size_t)r * s->stride, s->lanes, step);
		if (solid)
			continue;
		XS_FOR_EACH_LANE_OF(at, s, cpu)
		{
			xs_lane_put(image, &at,
				    xs_lane_pattern(&at, drive->owner, drive->role, to));
		}
	}
}

/* The bits in which a span differs, all lanes together. */
static uint64_t span_differs(const struct xs_span *s, const struct xs_cpu *cpu,
			     const uint8_t *expected, const uint8_t *actual, bool init)
{
	const uint32_t solid = solid_lanes(s), base = component_base(s, cpu) + s->offset;
	const uint64_t written = init ? 0 : UINT64_MAX; /* solid lanes are zero in init state */
	uint64_t differs = 0;

	for (uint32_t i = base; i < base + 8 * solid; i += 8)
		differs |= xs_frame_get64(expected, i) ^ (xs_frame_get64(actual, i) & written);
	if (solid)
		return differs;
	XS_FOR_EACH_LANE_OF(at, s, cpu)
	{
		const uint64_t value = init ? xs_lane_init(&at) : get_raw(actual, &at);

		differs |= get_raw(expected, &at) ^ value;
	}
	return differs;
}

bool xs_image_differs(const uint8_t *expected, const uint8_t *actual, const struct xs_cpu *cpu,
		      uint32_t mask)
{
	const uint64_t bv = xstate_bv(actual, cpu);
	uint64_t differs = 0;

	XS_FOR_EACH_SPAN(s, mask)
	{
		differs |= span_differs(s, cpu, expected, actual, implied_init(s, bv));
	}
	return differs;
}
