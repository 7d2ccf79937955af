/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the self-test: plant and see, run and see nothing. */
#ifndef XS_SELFTEST_H
#define XS_SELFTEST_H

#include <stdbool.h>

#include "session.h"

#define XS_SELFTEST_AT	    3u /* in the third window: there is an older generation to go back to */
#define XS_SELFTEST_MS	    5000u
#define XS_SELFTEST_SIGNALS 200u /* of a silent run */

struct xs_selftest_counts {
	/* Of plants: found as they must be; not so; not so where the target itself is wrong. */
	uint32_t caught, missed, deviating, skipped;
	/* Of runs with nothing planted: proved; a finding; neither. */
	uint32_t quiet, found, unproved;
	uint32_t errors; /* of both: runs that the harness could not do */
};

struct xs_selftest {
	struct xs_session session;
	struct xs_outcome outcome;
	bool verbose;
	struct xs_selftest_counts n;
};

/* Where a planted corruption is to be found, beyond what its way says. */
struct xs_selftest_where {
	uint32_t legs;	    /* mask over enum xs_leg, exactly these; 0: as its way says */
	bool any_iteration; /* its task goes on before it is found */
};

/** xs_selftest_case() - two workers with one class, no neighbour */
void xs_selftest_case(struct xs_case *c, unsigned int class);

/** xs_selftest_plant() - plant once, and see: whether to go on (false: interrupted) */
bool xs_selftest_plant(struct xs_selftest *t, const struct xs_case *c, const struct xs_plant *p,
		       const struct xs_selftest_where *where);

/** xs_selftest_counts() - print what the plants came to since @before */
void xs_selftest_counts(const struct xs_selftest_counts *now,
			const struct xs_selftest_counts *before, bool skips);

/** xs_selftest_count() - a run in which nothing was planted: silent, or not */
void xs_selftest_count(struct xs_selftest *t, const struct xs_case *c, const char *what,
		       uint64_t depths);

/**
 * xs_selftest_silent() - run with nothing planted; it must pass
 * @depths: deliveries that each signal has, all of which must have been proved; 0: any number
 *
 * Return: whether to go on.
 */
bool xs_selftest_silent(struct xs_selftest *t, const struct xs_case *c, const char *what,
			uint64_t depths);

/** xs_selftest_axes() - 32-bit frames, edited ones, children, sources, pressure: whether to go on
 */
bool xs_selftest_axes(struct xs_selftest *t);

#endif
