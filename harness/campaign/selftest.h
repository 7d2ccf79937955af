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
	const struct xs_repertoire *here;
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
void xs_selftest_count(struct xs_selftest *t, const struct xs_case *c, const char *what, bool all);

/**
 * xs_selftest_silent() - run with nothing planted; it must pass
 * @all: every signal must have been proved, at every depth; else it is one that may be lost
 *
 * What cannot run here is left out. Return: whether to go on.
 */
bool xs_selftest_silent(struct xs_selftest *t, const struct xs_case *c, const char *what, bool all);

/** xs_selftest_shadow() - all that can be planted on a shadow stack: whether to go on */
bool xs_selftest_shadow(struct xs_selftest *t);

/** xs_selftest_first() - the first entry of those left with these flags; else the usual one */
uint8_t xs_selftest_first(const struct xs_selftest *t, enum xs_axis_id axis, uint32_t flags);

/** xs_selftest_case() - a case of the usual entries, or of such as do not differ much */
void xs_selftest_case(const struct xs_selftest *t, struct xs_case *c);

/** xs_selftest_is_plain() - whether what is planted in such a case is found as its way says */
bool xs_selftest_is_plain(const struct xs_case *c);

/** xs_selftest_pressure() - give a case pressure, with its registers if it holds any */
void xs_selftest_pressure(struct xs_case *c, unsigned int kind);

/** xs_selftest_neighbour() - the same with a plain kind that holds some: whether there is one */
bool xs_selftest_neighbour(const struct xs_selftest *t, struct xs_case *c);

/** xs_selftest_proving() - the same with the first kind that proves them on @leg */
bool xs_selftest_proving(const struct xs_selftest *t, struct xs_case *c, enum xs_leg leg);

/** xs_selftest_print() - a line for what has come since @before. @what: NULL, or what it was */
void xs_selftest_print(const struct xs_selftest *t, const char *name,
		       const struct xs_selftest_counts *before, const char *what);

/** xs_selftest_print_sums() - the last lines */
void xs_selftest_print_sums(const struct xs_selftest_counts *n);

/** xs_selftest() - all of it. Return: the exit code. */
int xs_selftest(struct xs_runner *r, bool verbose);

#endif
