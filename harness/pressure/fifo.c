// SPDX-License-Identifier: GPL-2.0-only
/* fifo: a real-time process that preempts everything on its CPU for one window at a time. */
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/sys.h"

#define HOLD_US	    10u
#define REST_FACTOR 7u /* an eighth of the CPU */

static int become_fifo(void)
{
	const struct sched_param fifo = { .sched_priority = 1 };

	return (int)xs_syscall3(SYS_sched_setscheduler, 0, SCHED_FIFO, (long)&fifo);
}

static int supported(char *why)
{
	const int rc = xs_offspring_try(become_fifo);

	return xs_why(rc, why,
		      "SCHED_FIFO: %m (CAP_SYS_NICE, RLIMIT_RTPRIO, or a cgroup without "
		      "cpu.rt_runtime_us under RT_GROUP_SCHED)");
}

static uint64_t cpu_ns(void)
{
	struct timespec t = { 0 };

	xs_syscall3(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, (long)&t, 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * However short the period and however long a round: nobody starves, and
 * real-time throttling, which stops all such tasks for most of a second, never
 * sets in.
 */
static int step(struct xs_task *t)
{
	uint64_t *used_ns = t->own;
	const uint64_t now_ns = cpu_ns();

	xs_sleep_us((uint32_t)((now_ns - *used_ns) * REST_FACTOR / 1000));
	*used_ns = now_ns;
	return xs_vector_step(t);
}

static int open_fifo(struct xs_task *t)
{
	const int rc = become_fifo();

	*(uint64_t *)t->own = cpu_ns();
	t->level->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	return rc < 0 ? xs_task_fail(t, rc, "becoming SCHED_FIFO") : 0;
}

const struct xs_pressure xs_pressure_fifo = {
	.entry = {
		.name = "fifo",
		.summary = "a SCHED_FIFO process that holds registers for 10 us every period_us (0: 100)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.period_us = 100,
	.own_bytes = sizeof(uint64_t),
	.open = open_fifo,
	.step = step,
};

#ifdef XS_EXPORT /* how "export" writes it */
/* It preempts everything on its CPU, an eighth of the time. */
static void run_fifo(struct task *t)
{
	const struct sched_param p = { .sched_priority = 1 };
	clock_t used = clock();

	if (sched_setscheduler(0, SCHED_FIFO, &p))
		err(4, "skip: SCHED_FIFO");
	for (t->period_us += t->period_us ? 0 : 100; more(t); used = clock()) {
		window(t);
		usleep((clock() - used) * 7);
	}
}
#endif
