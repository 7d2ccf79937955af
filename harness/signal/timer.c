// SPDX-License-Identifier: GPL-2.0-only
/* timer: a one-shot POSIX timer to the thread, armed just before the load. */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "signal/lead.h"
#include "signal/signal.h"
#include "task/sys.h"

struct own {
	struct xs_lead lead;
	int timer;
	bool open;
};

static int open_timer(struct xs_task *t)
{
	struct own *own = t->own;
	struct sigevent event;
	int id = 0;
	long rc;

	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = XS_SIGNO;
	event._sigev_un._tid = (int)xs_syscall3(SYS_gettid, 0, 0, 0);
	rc = xs_syscall3(SYS_timer_create, CLOCK_MONOTONIC, (long)&event, (long)&id);
	own->timer = id;
	own->open = rc >= 0;
	xs_lead_open(&own->lead);
	return (int)rc;
}

static void close_timer(struct xs_task *t)
{
	const struct own *own = t->own;

	if (own->open)
		xs_syscall3(SYS_timer_delete, own->timer, 0, 0);
}

static void arm(struct xs_task *t)
{
	struct own *own = t->own;
	const uint64_t ns = xs_lead_next_ns(&own->lead, t);
	struct itimerspec when = { 0 };

	when.it_value.tv_sec = (time_t)(ns / 1000000000);
	when.it_value.tv_nsec = (long)(ns % 1000000000);
	xs_syscall6(SYS_timer_settime, own->timer, 0, (long)&when, 0, 0, 0);
}

const struct xs_signal_source xs_signal_timer = {
	.entry = {
		.name = "timer",
		.summary = "a POSIX timer that signals the thread, delay_us after the load",
		.flags = XS_SIGNAL_LATER,
	},
	.own_bytes = sizeof(struct own),
	.open = open_timer,
	.close = close_timer,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "signal/lead.c"
static int timer;

static void source_open(struct task *t)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGNO };

	event._sigev_un._tid = t->pid;
	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer))
		err(4, "skip: %s: timer_create", t->name);
}

static void source_arm(const struct task *t)
{
	const long ns = source_lead_ns(t);
	struct itimerspec when = { .it_value = { ns / 1000000000, ns % 1000000000 } };

	syscall(SYS_timer_settime, timer, 0, &when, NULL);
}
#endif
