/* SPDX-License-Identifier: GPL-2.0-only */
/* The self-test: plant corruption and see it, all of it; plant nothing and see nothing. */
#ifndef XS_SELFTEST_H
#define XS_SELFTEST_H

#include "campaign/runner.h"

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
	struct xs_runner *r;
	bool verbose; /* a line for each plant */
	struct xs_selftest_counts n;
};

/* What a planted corruption must be found as. */
struct xs_selftest_expected {
	enum xs_verdict_kind verdict;
	enum xs_class class;
	uint32_t legs; /* mask over enum xs_leg: exactly these report it; or XS_PLANT_LATER */
	uint32_t depth;
	bool neighbour; /* the first task behind the workers finds it, else the first worker */
};

/**
 * xs_selftest_expect() - what a plant must be found as, by its way and kind
 * @legs: where it is not as its way says; else 0
 *
 * Pure.
 */
struct xs_selftest_expected xs_selftest_expect(const struct xs_plant *p, uint32_t legs);

/** xs_selftest_wrong() - what is wrong with how it was found, or NULL. Pure. */
const char *xs_selftest_wrong(const struct xs_outcome *o, const struct xs_case *c,
			      const struct xs_plant *p, const struct xs_selftest_expected *e);

/**
 * xs_selftest_plant() - plant once, and see: whether to go on (false: interrupted)
 * @class: row of state.def; of XS_PLANT_LAYOUT enum xs_layout_field
 * @legs: as xs_selftest_expect()
 *
 * What cannot run here is left out.
 */
bool xs_selftest_plant(struct xs_selftest *t, const struct xs_case *c, enum xs_plant_how how,
		       enum xs_plant_kind kind, unsigned int class, uint32_t legs);

/** xs_selftest_count() - a run in which nothing was planted: silent, or not */
void xs_selftest_count(struct xs_selftest *t, const struct xs_case *c, const char *what,
		       uint64_t depths);

/**
 * xs_selftest_silent() - run with nothing planted; it must pass
 * @depths: deliveries that each signal has, all of which must have been proved; 0: any number
 *
 * What cannot run here is left out. Return: whether to go on.
 */
bool xs_selftest_silent(struct xs_selftest *t, const struct xs_case *c, const char *what,
			uint64_t depths);

/** xs_selftest() - all of it. Return: the exit code. */
int xs_selftest(struct xs_runner *r, bool verbose);

#endif
