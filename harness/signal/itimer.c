// SPDX-License-Identifier: GPL-2.0-only
/* itimer: the process's one-shot interval timer, armed just before the load. */
#include <signal.h>
#include <sys/time.h>

#include "engine/sys.h"
#include "engine/task.h"
#include "signal/lead.h"

static void set(uint64_t us)
{
	const struct itimerval when = { .it_value = { .tv_sec = (time_t)(us / 1000000),
						      .tv_usec = (suseconds_t)(us % 1000000) } };

	xs_syscall3(SYS_setitimer, ITIMER_REAL, (long)&when, 0);
}

static int open_lead(struct xs_worker *w)
{
	xs_lead_open(w);
	return 0;
}

/* The other workers go on: one that waits for this shot gives it up after hold_us. */
static void close_timer(struct xs_worker *w)
{
	(void)w;
	set(0);
}

static void arm(struct xs_worker *w)
{
	set(xs_lead_next_ns(w) / 1000);
}

const struct xs_signal_source xs_signal_itimer = {
	.name = "itimer",
	.summary = "SIGALRM of the process's interval timer, delay_us after the load",
	.signo = SIGALRM,
	.open = open_lead,
	.close = close_timer,
	.arm = arm,
};
