// SPDX-License-Identifier: GPL-2.0-only
/* fifo: a real-time process that preempts everything on its CPU for one window at a time. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "case/case.h"
#include "engine/sys.h"
#include "engine/vector.h"
#include "pressure/pressure.h"

/* At most a tenth of the CPU: nobody starves, and real-time throttling never sets in. */
#define HOLD_US		  10u
#define PERIOD_DEFAULT_US 100u

static int become_fifo(void)
{
	const struct sched_param fifo = { .sched_priority = 1 };

	return (int)xs_syscall3(SYS_sched_setscheduler, 0, SCHED_FIFO, (long)&fifo);
}

static int supported(char *why)
{
	struct sched_param before = { 0 };
	const int policy = sched_getscheduler(0);
	int rc;

	sched_getparam(0, &before);
	rc = become_fifo();
	if (!rc) {
		sched_setscheduler(0, policy, &before);
		return 0;
	}
	if (why)
		snprintf(why, XS_WHY_BYTES,
			 "SCHED_FIFO: %s (CAP_SYS_NICE, RLIMIT_RTPRIO, or a cgroup without "
			 "cpu.rt_runtime_us under RT_GROUP_SCHED)",
			 strerror(-rc));
	return rc;
}

static int run(struct xs_task *t)
{
	struct xs_level *l = xs_vector_open(t, MAP_PRIVATE);
	int rc;

	if (!l)
		return -ENOMEM;
	l->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	rc = become_fifo();
	if (rc < 0)
		xs_task_fail(t, rc, "becoming SCHED_FIFO");
	else
		rc = xs_vector_rounds(t, l, PERIOD_DEFAULT_US, NULL, NULL);
	xs_vector_close(t, l);
	return rc;
}

const struct xs_pressure xs_pressure_fifo = {
	.name = "fifo",
	.summary = "a SCHED_FIFO process that holds registers for 10 us every period_us (0: 100)",
	.process = true,
	.vector = true,
	.supported = supported,
	.run = run,
};
