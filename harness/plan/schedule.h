/* SPDX-License-Identifier: GPL-2.0-only */
/* The order in which check tries cases: hardest first, then everything with everything. */
#ifndef XS_SCHEDULE_H
#define XS_SCHEDULE_H

#include "case/case.h"

/* What the machine can do: masks over the rows of the four tables. */
struct xs_repertoire {
	uint32_t registers, signals, stacks, pressures;
	uint32_t fpstate_bytes; /* in the signal frame, without magic2 */
	uint32_t cpus;
};

/**
 * xs_schedule() - the @n-th case, from 0
 * @r: at least one register class, source and stack method
 * @slice_ms: how long it is to run
 *
 * The first cases are those in which the kernel has the most time to go wrong
 * inside a fault; from there on every axis is walked at once, deterministically,
 * so that each entry meets each of the others soon. Pure.
 */
void xs_schedule(struct xs_case *c, const struct xs_repertoire *r, uint32_t n, uint32_t slice_ms);

#endif
