// SPDX-License-Identifier: GPL-2.0-only
/* timer: a one-shot POSIX timer to the thread, armed just before the load. */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "engine/sys.h"
#include "engine/task.h"

/* From arming to the window: adapted, since a load takes from 0.1 to 100 us. */
#define LEAD_MIN_NS 5000u
#define LEAD_MAX_NS 2000000u

static int open_timer(struct xs_worker *w)
{
	struct sigevent event;
	int id = 0;
	long rc;

	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = XS_SIGNO;
	event._sigev_un._tid = (int)xs_syscall3(SYS_gettid, 0, 0, 0);
	rc = xs_syscall3(SYS_timer_create, CLOCK_MONOTONIC, (long)&event, (long)&id);
	w->timer = id;
	w->timer_open = rc >= 0;
	w->timer_lead_ns = LEAD_MIN_NS;
	return (int)rc;
}

static void close_timer(struct xs_worker *w)
{
	if (w->timer_open)
		xs_syscall3(SYS_timer_delete, w->timer, 0, 0);
}

static void arm(struct xs_worker *w)
{
	const uint64_t outside = w->task.count->outside;
	struct itimerspec when = { 0 };
	uint64_t ns;

	/* It went off before the window: give the load more time. */
	if (outside != w->timer_outside && w->timer_lead_ns < LEAD_MAX_NS)
		w->timer_lead_ns *= 2;
	else if (outside == w->timer_outside && w->timer_lead_ns > LEAD_MIN_NS)
		w->timer_lead_ns -= w->timer_lead_ns / 256; /* a busy moment is no rule */
	w->timer_outside = outside;
	ns = w->timer_lead_ns + (uint64_t)w->task.shared->plan.delay_us * 1000;
	when.it_value.tv_sec = (time_t)(ns / 1000000000);
	when.it_value.tv_nsec = (long)(ns % 1000000000);
	xs_syscall6(SYS_timer_settime, w->timer, 0, (long)&when, 0, 0, 0);
}

const struct xs_signal_source xs_signal_timer = {
	.name = "timer",
	.summary = "a POSIX timer that signals the thread, delay_us after the load",
	.open = open_timer,
	.close = close_timer,
	.arm = arm,
};
