// SPDX-License-Identifier: GPL-2.0-only
/* itimer: the process's one-shot interval timer, armed just before the load. */
#include <signal.h>
#include <sys/time.h>

#include "signal/lead.h"
#include "signal/signal.h"
#include "task/sys.h"

static void set(uint64_t us)
{
	const struct itimerval when = { .it_value = { .tv_sec = (time_t)(us / 1000000),
						      .tv_usec = (suseconds_t)(us % 1000000) } };

	xs_syscall3(SYS_setitimer, ITIMER_REAL, (long)&when, 0);
}

static int open_lead(struct xs_task *t)
{
	xs_lead_open(t->own);
	return 0;
}

/* The other workers go on: one that waits for this shot gives it up after hold_us. */
static void close_timer(struct xs_task *t)
{
	(void)t;
	set(0);
}

static void arm(struct xs_task *t)
{
	set(xs_lead_next_ns(t->own, t) / 1000);
}

const struct xs_signal_source xs_signal_itimer = {
	.entry = {
		.name = "itimer",
		.summary = "SIGALRM of the process's interval timer, delay_us after the load",
		.flags = XS_SIGNAL_LATER | XS_SIGNAL_ANYBODY,
	},
	.signo = SIGALRM,
	.own_bytes = sizeof(struct xs_lead),
	.open = open_lead,
	.close = close_timer,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/time.h>
#include "signal/lead.c"
#include "signal/parts/block.c"
#define SIGNO SIGALRM

static void source_arm(const struct task *t)
{
	const long us = source_lead_ns(t) / 1000;
	struct itimerval when = { .it_value = { us / 1000000, us % 1000000 } };

	setitimer(ITIMER_REAL, &when, NULL);
}
#endif
