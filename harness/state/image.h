/* SPDX-License-Identifier: GPL-2.0-only */
/* Images: filling them with patterns, stepping, comparing, reading lanes. */
#ifndef XS_IMAGE_H
#define XS_IMAGE_H

#include <stdbool.h>

#include "state/pattern.h"
#include "state/state.h"

/* Offsets in an image: SDM vol. 1, 10.5.1, 13.4.1, 13.4.2. */
#define XS_IMAGE_LEGACY_BYTES 512u
#define XS_IMAGE_HEADER_BYTES 64u
#define XS_IMAGE_XSTATE_BV    512u
#define XS_XFEATURE_PKRU      9u
/* What the kernel adds to a frame: uapi/asm/sigcontext.h. */
#define XS_FRAME_SW_BYTES 464u
#define XS_FRAME_MAGIC1	  0x46505853u
#define XS_FRAME_MAGIC2	  0x46505845u

/* One lane of a span, addressed. */
struct xs_lane_at {
	const struct xs_span *span;
	uint32_t offset; /* in the image, bytes */
	uint8_t bytes;	 /* 8, 4, 2 or 1 */
	uint8_t reg, lane;
};

/**
 * xs_lane_at() - where register @r, lane @l of a span (both from 0) lies
 */
struct xs_lane_at xs_lane_at(const struct xs_span *span, const struct xs_cpu *cpu, uint32_t r,
			     uint32_t l);

/* Every span of the classes in mask. NOLINTBEGIN(bugprone-macro-parentheses): s is declared */
#define XS_FOR_EACH_SPAN(s, mask)                                                                  \
	for (uint32_t xs_c = 0; xs_c < XS_STATES; xs_c++)                                          \
		for (const struct xs_span *s = xs_state(xs_c)->span;                               \
		     ((mask) >> xs_c & 1) && s < xs_state(xs_c)->span + XS_SPANS_MAX && s->lanes;  \
		     s++)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Every lane of a span: body sees at. */
#define XS_FOR_EACH_LANE_OF(at, s, cpu)                                                            \
	for (uint32_t xs_r = 0; xs_r < (s)->regs; xs_r++)                                          \
		for (uint32_t xs_l = 0, xs_once = 1; xs_l < (s)->lanes; xs_l++, xs_once = 1)       \
			for (struct xs_lane_at at = xs_lane_at(s, cpu, xs_r, xs_l); xs_once;       \
			     xs_once = 0)

/* Every lane of every span of the classes in mask: body sees at. */
#define XS_FOR_EACH_LANE(at, mask, cpu)                                                            \
	XS_FOR_EACH_SPAN(xs_s, mask)                                                               \
	XS_FOR_EACH_LANE_OF(at, xs_s, cpu)

/** xs_lane_get() - the value of a lane; a component not in XSTATE_BV reads as init */
uint64_t xs_lane_get(const uint8_t *image, const struct xs_cpu *cpu, const struct xs_lane_at *at);

/** xs_lane_put() - write a lane, as it is, without touching the header */
void xs_lane_put(uint8_t *image, const struct xs_lane_at *at, uint64_t value);

/** xs_lane_copy() - a lane from one image to another, as it is, whatever the headers say */
void xs_lane_copy(uint8_t *to, const uint8_t *from, const struct xs_lane_at *at);

/** xs_lane_init() - the init value of a lane */
uint64_t xs_lane_init(const struct xs_lane_at *at);

/**
 * xs_lane_pattern() - the lane of a task's or its handler's values
 * @role: enum xs_pattern_role
 */
uint64_t xs_lane_pattern(const struct xs_lane_at *at, uint32_t owner, uint32_t role,
			 uint32_t generation);

/** xs_image_init() - @image as every component in its init state */
void xs_image_init(uint8_t *image, const struct xs_cpu *cpu);

/**
 * xs_image_entry() - @image as signal handlers and new programs find it
 *
 * Init state, but for PKRU, which the kernel sets to cpu->init_pkru.
 */
void xs_image_entry(uint8_t *image, const struct xs_cpu *cpu);

/* Which registers carry patterns, and whose. */
struct xs_drive {
	uint32_t mask;	  /* the classes; all others hold their init values */
	uint32_t vectors; /* which of zmm0-31, bit i: zmm i; the others hold zero */
	uint16_t owner;	  /* task index in the plan */
	uint8_t role;	  /* enum xs_pattern_role */
};

/**
 * xs_image_fill() - init state, but patterns in what @drive drives
 * @image: cpu->image_bytes or more, 64-byte aligned
 *
 * XSTATE_BV has the components in which something is not init state.
 */
void xs_image_fill(uint8_t *image, const struct xs_cpu *cpu, const struct xs_drive *drive,
		   uint32_t generation);

/**
 * xs_image_step() - bring a filled image from one generation to another
 * @drive: as it was filled
 *
 * Context: any, the worker between two windows included (no vector registers).
 */
void xs_image_step(uint8_t *image, const struct xs_cpu *cpu, const struct xs_drive *drive,
		   uint32_t from, uint32_t to);

/** xs_image_differs() - whether any lane of the classes in @mask differs */
bool xs_image_differs(const uint8_t *expected, const uint8_t *actual, const struct xs_cpu *cpu,
		      uint32_t mask);

/**
 * xs_image_sigreturn() - the registers that sigreturn has to load from a frame
 * @expected: cpu->image_bytes or more, 64-byte aligned; the classes of @mask, all else init state
 * @fpstate: as in a frame, with sw_bytes, and magic2 behind the size that they give
 * @most: the size of the frames that the task gets, which is the largest possible one
 *
 * Without both magic words and a possible size: x87 and SSE from the legacy
 * region, everything else init. With them: the components that both sw_bytes
 * and XSTATE_BV have, the others init; MXCSR from memory where sw_bytes has SSE,
 * whatever XSTATE_BV says. PKRU that is not restored is 0, as XRSTOR has it.
 * Whether sigreturn would refuse the frame is not looked at.
 *
 * Context: any, async-signal-safe. Source: uapi/asm/sigcontext.h,
 * arch/x86/kernel/fpu/signal.c; SDM vol. 1, 13.8.
 */
void xs_image_sigreturn(uint8_t *expected, const uint8_t *fpstate, const struct xs_cpu *cpu,
			uint32_t most, uint32_t mask);

#endif
