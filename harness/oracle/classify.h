/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose data is in a register. Pure; uses no vector register. */
#ifndef XS_CLASSIFY_H
#define XS_CLASSIFY_H

#include "oracle/oracle.h"
#include "state/image.h"

/**
 * xs_classify() - classify what a record holds
 * @tasks: of the plan: nobody else's data can have arrived
 */
void xs_classify(struct xs_finding *f, const struct xs_record *r, const struct xs_cpu *cpu,
		 uint32_t tasks);

/**
 * xs_classify_lane() - one lane of a record, as xs_classify() counts it
 * @f: what that has made of the record
 * @lane: set; .class is XS_CLASS_NONE where it holds what it has to, or says nothing of its own
 *
 * Return: whether it counts as wrong. Pure.
 */
bool xs_classify_lane(const struct xs_finding *f, const struct xs_cpu *cpu, uint32_t tasks,
		      const struct xs_lane_at *at, struct xs_lane *lane);

#endif
