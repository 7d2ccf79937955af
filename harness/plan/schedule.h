/* SPDX-License-Identifier: GPL-2.0-only */
/* The order in which check tries cases: hardest first, then each by itself, then crossed. */
#ifndef XS_SCHEDULE_H
#define XS_SCHEDULE_H

#include <stdbool.h>

#include "case/case.h"

/* What the machine can do, and a filter leaves. */
struct xs_repertoire {
	uint32_t rows[XS_AXES];	    /* of each axis, a mask */
	uint32_t left_out[XS_AXES]; /* by the filter, of all rows */
	uint32_t legs_out;	    /* mask over enum xs_leg */
	bool contract;		    /* what no contract asks for is no finding */
	bool xsave;		    /* components can be left in init state */
	uint32_t fpstate_bytes; /* in the signal frame, without magic2, with everything in use */
	uint32_t fpstate_least_bytes; /* without the classes .dynamic, */
	uint32_t dynamic;	      /* which frames lack until they were used */
	uint32_t cpus;
};

/** xs_repertoire_fpstate() - the size of fpstate in the frames of the workers of @c */
uint32_t xs_repertoire_fpstate(const struct xs_repertoire *r, const struct xs_case *c);

/** xs_repertoire_usual() - the row of an axis that a case has which says nothing; else the first */
uint8_t xs_repertoire_usual(const struct xs_repertoire *r, enum xs_axis_id axis);

/** xs_repertoire_default() - xs_case_default(), of the usual rows */
void xs_repertoire_default(const struct xs_repertoire *r, struct xs_case *c);

/**
 * xs_schedule_solos() - how many cases from 0 on are run before the axes are crossed
 *
 * Those are the hardest, and then one for each entry of each axis in the
 * conditions that give it the best chance. Pure.
 */
uint32_t xs_schedule_solos(const struct xs_repertoire *r);

/**
 * xs_schedule() - the @n-th case, from 0
 * @r: at least one register class, source, handler action and stack method
 * @slice_ms: how long it is to run
 *
 * The first cases are those in which the kernel has the most time to go wrong
 * inside a fault. Then every entry has a case of its own, undisturbed by what
 * would hide it, in an order that takes the axes in turn; first of all those
 * that are new in kernels. From there on every axis is walked at once,
 * deterministically, so that each entry meets each of the others.
 *
 * Return: after how many ms the case may end if its evidence is there; its
 * duration if it is to have its time. Pure.
 */
uint32_t xs_schedule(struct xs_case *c, const struct xs_repertoire *r, uint32_t n,
		     uint32_t slice_ms);

#endif
