// SPDX-License-Identifier: GPL-2.0-only
/* Tells what Linux does from what it has to do. */
#include "task/contract.h"

#include "state/frame.h"
#include "task/layout.h"
#include "task/sys.h"

#define LEGACY 3ull /* x87 and SSE */

/* psABI 3.2.1: a function begins with an empty x87 stack; 3.4.1: a program with these two, too. */
static bool asked_at_entry(enum xs_leg leg, uint8_t file)
{
	return file == XS_FILE_FTW ||
	       (leg == XS_LEG_EXEC && (file == XS_FILE_FCW || file == XS_FILE_MXCSR));
}

static bool asked(const struct xs_claim *c, const struct xs_lane_at *at)
{
	if (c->leg == XS_LEG_HANDLER || c->leg == XS_LEG_EXEC)
		return asked_at_entry(c->leg, at->span->file);
	/* sigcontext.h: without magic1 it is a legacy frame, which ends with SSE. */
	return c->leg != XS_LEG_FRAME || !c->legacy || (LEGACY >> at->span->component & 1);
}

static bool lanes_broken(const struct xs_claim *c, const struct xs_cpu *cpu, uint8_t *kept)
{
	bool broken = false;

	XS_FOR_EACH_LANE(at, c->registers, cpu)
	{
		const uint64_t expected = xs_lane_get(c->expected, cpu, &at);

		if (expected == xs_lane_get(c->actual, cpu, &at))
			continue;
		if (asked(c, &at)) {
			broken = true;
		} else if (kept) {
			kept[XS_IMAGE_XSTATE_BV + at.span->component / 8] |=
				(uint8_t)(1u << at.span->component % 8);
			xs_lane_put(kept, &at, expected);
		}
	}
	return broken;
}

/* sigcontext.h: magic1 says that there is more, and then magic2 is where extended_size ends. */
static bool asked_of_field(uint32_t field, const uint64_t *f)
{
	const bool extended = f[XS_LAYOUT_MAGIC1] == XS_FRAME_MAGIC1;

	switch (field) {
	case XS_LAYOUT_UC_FP_XSTATE: /* ucontext.h: set where there is extended state */
	case XS_LAYOUT_MAGIC2:
	case XS_LAYOUT_HEADER:
		return extended;
	case XS_LAYOUT_EXTENDED_SIZE:
		return extended && f[XS_LAYOUT_EXTENDED_SIZE] < f[XS_LAYOUT_XSTATE_SIZE] + 4;
	case XS_LAYOUT_FSAVE_MAGIC:
	case XS_LAYOUT_ABOVE:
	case XS_LAYOUT_BELOW:	 /* sigaltstack(2) */
	case XS_LAYOUT_RED_ZONE: /* psABI 3.2.2 */
	case XS_LAYOUT_CODE:	 /* POSIX, <signal.h> */
		return true;
	default: /* fpstate's alignment, xfeatures, a size with room to spare, XSTATE_BV */
		return false;
	}
}

static bool fields_broken(const struct xs_claim *c, uint8_t *kept)
{
	uint64_t f[XS_LAYOUT_FIELDS];
	bool broken = false;

	for (uint32_t field = 0; field < XS_LAYOUT_FIELDS; field++)
		f[field] = xs_frame_get64(c->actual, 8u * field);
	for (uint32_t field = 0; field < XS_LAYOUT_FIELDS; field++) {
		const uint64_t expected = xs_frame_get64(c->expected, 8u * field);

		if (f[field] == expected)
			continue;
		if (asked_of_field(field, f))
			broken = true;
		else if (kept)
			xs_frame_put64(kept, 8u * field, expected);
	}
	return broken;
}

bool xs_contract_broken(const struct xs_claim *c, const struct xs_cpu *cpu, uint8_t *kept)
{
	if (c->leg == XS_LEG_KERNEL) /* FIPS 180-4 */
		return true;
	return c->leg == XS_LEG_LAYOUT ? fields_broken(c, kept) : lanes_broken(c, cpu, kept);
}
