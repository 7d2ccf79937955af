// SPDX-License-Identifier: GPL-2.0-only
/* Puts a chosen corruption into an image. */
#include "state/image.h"
#include "task/plant.h"

const char *const xs_plant_how_names[] = {
	"nothing", "written", "found",	"frame", "tracer", "worker", "neighbour", "nested", "entry",
	"layout",  "accept",  "refuse", "kill",	 "hang",   "taken",  "shadow",	  0
};
const char *const xs_plant_kind_names[] = { "flip", "zero", "stale", "foreign", "swap", 0 };

/* The span that a class does not share with a narrower one: its last. */
static const struct xs_span *own_span(unsigned int row)
{
	const struct xs_span *s = xs_state(row)->span;

	while (s + 1 < xs_state(row)->span + XS_SPANS_MAX && s[1].lanes)
		s++;
	return s;
}

int xs_plant_possible(unsigned int row, enum xs_plant_kind kind)
{
	const struct xs_span *s = own_span(row);
	/* What every task holds at all times is nobody's, and of no time. */
	const bool constant = xs_files[s->file].constant;

	if (constant && (kind == XS_PLANT_STALE || kind == XS_PLANT_FOREIGN))
		return 0;
	return kind != XS_PLANT_SWAP || (s->regs > 1 && !constant);
}

static void swap(const struct xs_span *s, uint8_t *image, const struct xs_cpu *cpu)
{
	for (uint32_t l = 0; l < s->lanes; l++) {
		const struct xs_lane_at a = xs_lane_at(s, cpu, 0, l);
		const struct xs_lane_at b = xs_lane_at(s, cpu, s->regs - 1u, l);
		const uint64_t kept = xs_lane_get(image, cpu, &a);

		xs_lane_put(image, &a, xs_lane_get(image, cpu, &b));
		xs_lane_put(image, &b, kept);
	}
}

/* A mask of MXCSR; no flag of FSW that an unmasked exception might have. */
static uint64_t narrow_flip(uint32_t file)
{
	return file == XS_FILE_MXCSR ? 0x1000 : 0x40;
}

void xs_plant_apply(const struct xs_plant *plant, uint8_t *image, const struct xs_cpu *cpu,
		    uint32_t self, uint32_t generation)
{
	const struct xs_span *s = own_span(plant->class);
	const uint32_t reg = s->regs / 2u;
	const uint32_t before = (generation - 1) & XS_GENERATION_MASK;

	if (plant->kind == XS_PLANT_SWAP) {
		swap(s, image, cpu);
		return;
	}
	for (uint32_t l = 0; l < s->lanes; l++) {
		const struct xs_lane_at at = xs_lane_at(s, cpu, reg, l);
		uint64_t value = xs_lane_get(image, cpu, &at);

		if (plant->kind == XS_PLANT_ZERO)
			value = xs_lane_init(&at);
		else if (plant->kind == XS_PLANT_STALE)
			value = xs_lane_pattern(&at, self, XS_PATTERN_TASK, before);
		else if (plant->kind == XS_PLANT_FOREIGN)
			value = xs_lane_pattern(&at, plant->owner, XS_PATTERN_TASK, generation);
		else if (!l) /* flip: one bit of a narrow one, whose code has room for no more */
			value ^= at.bytes == 8 ? 0x2000000100ull : narrow_flip(s->file);
		else
			break;
		xs_lane_put(image, &at, value);
	}
}
