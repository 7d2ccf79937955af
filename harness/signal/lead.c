// SPDX-License-Identifier: GPL-2.0-only
/* Adapts how long before the window a timer is armed. */
#include "signal/lead.h"

#include "task/task.h"

#define LEAD_MIN_NS 5000u

void xs_lead_open(struct xs_lead *l)
{
	/* What an earlier run has come to is near the truth. */
	if (!l->ns)
		l->ns = LEAD_MIN_NS;
	l->outside = 0;
	l->early = 0;
}

/* What comes after the window, which waits for hold_us, looks as if it had come before it. */
static uint64_t most_ns(const struct xs_plan *plan)
{
	const uint64_t us = plan->hold_us > plan->delay_us ? plan->hold_us - plan->delay_us : 0;

	return us * 500 > LEAD_MIN_NS ? us * 500 : LEAD_MIN_NS;
}

uint64_t xs_lead_next_ns(struct xs_lead *l, const struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	const bool early = t->count->outside != l->outside;
	const uint64_t most = most_ns(plan);

	/* Twice before the window: give the load more time. Once is a busy moment. */
	if (early && l->early)
		l->ns *= 2;
	else if (!early && l->ns > LEAD_MIN_NS)
		l->ns -= l->ns / 256;
	if (l->ns > most)
		l->ns = most;
	l->outside = t->count->outside;
	l->early = early;
	return l->ns + (uint64_t)plan->delay_us * 1000;
}

#ifdef XS_EXPORT /* how "export" writes it */
/* From arming a timer until it is to signal: the time that a load takes is found out. */
static long source_lead_ns(const struct task *t)
{
	static unsigned long signals;
	static long lead_ns = 5000;

	/* Before the window, or after it, as far as one can tell. */
	if (t->signals == signals)
		lead_ns = lead_ns < 1000000 ? lead_ns * 2 : 5000;
	signals = t->signals;
	return lead_ns + DELAY_US * 1000l;
}
#endif
