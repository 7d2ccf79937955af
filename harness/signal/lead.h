/* SPDX-License-Identifier: GPL-2.0-only */
/* How long before the window a timer is armed. */
#ifndef XS_SIGNAL_LEAD_H
#define XS_SIGNAL_LEAD_H

#include <stdbool.h>
#include <stdint.h>

struct xs_task;

/* Adapted so far; signals outside by then, and whether the last was one of them. Zeros at first. */
struct xs_lead {
	uint64_t ns, outside;
	bool early;
};

/** xs_lead_open() - go on from what an earlier run has come to */
void xs_lead_open(struct xs_lead *l);

/**
 * xs_lead_next_ns() - from now until the signal: the load's time and the case's delay
 *
 * The load's is adapted, since that takes from 0.1 to 100 us. Context: @t, in arm().
 */
uint64_t xs_lead_next_ns(struct xs_lead *l, const struct xs_task *t);

#endif
