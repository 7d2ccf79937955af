/* SPDX-License-Identifier: GPL-2.0-only */
/* Small changes to cases, for a fuzzer: every result is a case that this machine can run. */
#ifndef XS_MUTATE_H
#define XS_MUTATE_H

#include <stdint.h>

#include "case/case.h"
#include "plan/schedule.h"

/* The most tasks in a result: far below XS_TASKS_MAX, or starting them takes the time. */
#define XS_REPAIRED_TASKS_MAX 256u

/**
 * xs_mutate() - change a case at random
 * @c: valid; need not lie within the repertoire
 * @r: as to xs_repair()
 * @seed: the same one makes the same change
 *
 * Changes one key or some, switches an entry of an axis, adds, removes or
 * switches a pressure, or changes keys together that mean something only
 * together; then repairs what does not fit. Small numbers are more likely than
 * large ones. Name, duration, signals and CPUs stay: how long and where a case
 * runs is for the caller to say. The result differs from what @c was but in
 * rare cases of bad luck, and is as after xs_repair(). Pure.
 */
void xs_mutate(struct xs_case *c, const struct xs_repertoire *r, uint32_t seed);

/**
 * xs_crossover() - put parts of another case into this one
 * @c, @other: valid, not the same object; otherwise as xs_mutate()
 *
 * Takes whole sections, or single keys and pressures; then repairs. Pure.
 */
void xs_crossover(struct xs_case *c, const struct xs_case *other, const struct xs_repertoire *r,
		  uint32_t seed);

/**
 * xs_repair() - take out of a case what this machine has not, and what does not go together
 * @c: every field inside its limits, if perhaps not beside the others; padding zero
 * @r: something of each axis but pressure, and each row goes together with some of the others:
 *	see xs_filter_apply()
 *
 * The result is valid, lies within the repertoire without pressure kinds that
 * need a permission, has XS_REPAIRED_TASKS_MAX tasks at most, no combination
 * for which a session or a plan would skip it, and workers that wait for longer
 * than the signal's delay. A case that is all that already stays as it is. Pure.
 */
void xs_repair(struct xs_case *c, const struct xs_repertoire *r);

#endif
