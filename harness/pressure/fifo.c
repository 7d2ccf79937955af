// SPDX-License-Identifier: GPL-2.0-only
/* fifo: a real-time process that preempts everything on its CPU for one window at a time. */
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/sys.h"

#define HOLD_US 10u
#define SHARE	8u /* of a CPU: one part of so many, for all of them there */

struct fifo {
	uint64_t used_ns; /* CPU time so far */
	uint32_t rests;	  /* so many times as long as it has run */
	int policy;	  /* its own */
};

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
 * However short the period, however long a round, and however many they are:
 * nobody starves, and real-time throttling, which stops all such tasks for most
 * of a second, never sets in.
 */
static int step(struct xs_task *t)
{
	struct fifo *f = t->own;
	const uint64_t now_ns = cpu_ns();

	xs_rest_until_stop(t, (uint32_t)((now_ns - f->used_ns) * f->rests / 1000));
	f->used_ns = now_ns;
	return xs_vector_step(t);
}

/* How many of its kind may come to its CPU, itself among them. */
static uint32_t alike(const struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	uint32_t n = 0;

	for (uint32_t i = plan->workers; i < plan->tasks; i++) {
		const struct xs_plan_task *other = &plan->task[i];

		n += other->role == XS_ROLE_PRESSURE && other->kind == t->plan->kind &&
		     (other->cpu == t->plan->cpu || other->cpu < 0 || t->plan->cpu < 0);
	}
	return n;
}

static int open_fifo(struct xs_task *t)
{
	struct fifo *f = t->own;
	int rc;

	f->policy = (int)xs_syscall3(SYS_sched_getscheduler, 0, 0, 0);
	rc = become_fifo();
	f->used_ns = cpu_ns();
	f->rests = SHARE * alike(t) - 1;
	t->level->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	return rc < 0 ? xs_task_fail(t, rc, "becoming SCHED_FIFO") : 0;
}

static void close_fifo(struct xs_task *t)
{
	const struct sched_param normal = { 0 };
	const struct fifo *f = t->own;

	xs_syscall3(SYS_sched_setscheduler, 0, f->policy, (long)&normal);
}

const struct xs_pressure xs_pressure_fifo = {
	.entry = {
		.name = "fifo",
		.summary = "a SCHED_FIFO process that holds registers for 10 us every period_us (0: 100)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.period_us = 100,
	.own_bytes = sizeof(struct fifo),
	.open = open_fifo,
	.step = step,
	.close = close_fifo,
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
