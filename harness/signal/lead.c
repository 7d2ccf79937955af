// SPDX-License-Identifier: GPL-2.0-only
/* Adapts how long before the window a timer is armed. */
#include "signal/lead.h"

#include "task/task.h"

#define LEAD_MIN_NS 5000u
#define LEAD_MAX_NS 2000000u

void xs_lead_open(struct xs_lead *l)
{
	/* What an earlier run has come to is near the truth. */
	if (!l->ns)
		l->ns = LEAD_MIN_NS;
	l->outside = 0;
}

uint64_t xs_lead_next_ns(struct xs_lead *l, const struct xs_task *t)
{
	const uint64_t outside = t->count->outside;

	/* It went off before the window: give the load more time. */
	if (outside != l->outside && l->ns < LEAD_MAX_NS)
		l->ns *= 2;
	else if (outside == l->outside && l->ns > LEAD_MIN_NS)
		l->ns -= l->ns / 256; /* a busy moment is no rule */
	l->outside = outside;
	return l->ns + (uint64_t)t->shared->plan.delay_us * 1000;
}

#ifdef XS_EXPORT /* how "export" writes it */
/* From arming a timer until it is to signal: the time that a load takes is found out. */
static long source_lead_ns(const struct task *t)
{
	static unsigned long signals;
	static long lead_ns = 5000;

	if (t->signals == signals && lead_ns < 2000000)
		lead_ns *= 2;
	signals = t->signals;
	return lead_ns + DELAY_US * 1000l;
}
#endif
