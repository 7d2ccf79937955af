// SPDX-License-Identifier: GPL-2.0-only
/* Adapts how long before the window a timer is armed. */
#include "signal/lead.h"

#include "engine/task.h"

#define LEAD_MIN_NS 5000u
#define LEAD_MAX_NS 2000000u

void xs_lead_open(struct xs_worker *w)
{
	/* What an earlier run has come to is near the truth. */
	if (!w->timer_lead_ns)
		w->timer_lead_ns = LEAD_MIN_NS;
}

uint64_t xs_lead_next_ns(struct xs_worker *w)
{
	const uint64_t outside = w->task.count->outside;

	/* It went off before the window: give the load more time. */
	if (outside != w->timer_outside && w->timer_lead_ns < LEAD_MAX_NS)
		w->timer_lead_ns *= 2;
	else if (outside == w->timer_outside && w->timer_lead_ns > LEAD_MIN_NS)
		w->timer_lead_ns -= w->timer_lead_ns / 256; /* a busy moment is no rule */
	w->timer_outside = outside;
	return w->timer_lead_ns + (uint64_t)w->task.shared->plan.delay_us * 1000;
}
