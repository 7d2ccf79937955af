/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the parent runs while it supervises. */
#ifndef XS_ASIDE_H
#define XS_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

/* What xs_aside_back() needs; all zeros to begin with. */
struct xs_aside {
	uint64_t old_affinity[XS_PLAN_CPUS_MAX / 64];
	bool moved;
	uint16_t cpu; /* where it is, if .moved */
};

/**
 * xs_aside_step() - move the calling thread to the quietest CPU of the plan
 *
 * The parent's own wake-ups would disturb the CPUs that some bugs need
 * undisturbed. May be called again for another plan.
 */
void xs_aside_step(struct xs_aside *aside, const struct xs_plan *plan);

/** xs_aside_back() - undo xs_aside_step() */
void xs_aside_back(struct xs_aside *aside);

#endif
