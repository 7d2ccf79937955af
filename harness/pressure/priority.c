// SPDX-License-Identifier: GPL-2.0-only
/* priority: a process that changes its worker's nice value and scheduling policy all the time. */
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/sys.h"
#include "task/task.h"

#define PERIOD_DEFAULT_US 100u
#define NICE_STEPS	  11u /* 0 to 10; back needs CAP_SYS_NICE or RLIMIT_NICE */

/* What everybody may do to his own threads, tried on ourselves. */
static int try(void)
{
	const struct sched_param p = { 0 };
	/* The system call's own answer is 20 less the nice value. */
	const long now = 20 - xs_syscall3(SYS_getpriority, PRIO_PROCESS, 0, 0);
	long rc = xs_syscall3(SYS_setpriority, PRIO_PROCESS, 0, now < 0 ? 0 : now);

	if (!rc)
		rc = xs_syscall3(SYS_sched_setscheduler, 0, SCHED_BATCH, (long)&p);
	if (!rc)
		rc = xs_syscall3(SYS_sched_setscheduler, 0, SCHED_OTHER, (long)&p);
	return (int)rc;
}

static int supported(char *why)
{
	const int rc = xs_offspring_try(try);

	return xs_why(rc, why,
		      "changing one's own nice value, and SCHED_BATCH: %m (a seccomp filter, an "
		      "emulator)");
}

/* Whether nice values may go down again, and SCHED_IDLE be left: tried on ourselves. */
static bool may_come_back(void)
{
	xs_syscall3(SYS_setpriority, PRIO_PROCESS, 0, 1);
	return !xs_syscall3(SYS_setpriority, PRIO_PROCESS, 0, 0);
}

static int set_policy(int32_t tid, uint32_t n, bool idle)
{
	static const int policies[] = { SCHED_BATCH, SCHED_OTHER, SCHED_IDLE, SCHED_OTHER };
	const struct sched_param p = { 0 };

	return (int)xs_syscall3(SYS_sched_setscheduler, tid, policies[n % (idle ? 4 : 2)],
				(long)&p);
}

static int set_nice(int32_t tid, uint32_t n)
{
	return (int)xs_syscall3(SYS_setpriority, PRIO_PROCESS, tid, n % NICE_STEPS);
}

static int run(struct xs_task *t)
{
	const uint32_t period_us = t->plan->period_us ? t->plan->period_us : PERIOD_DEFAULT_US;
	const struct xs_counters *worker = &t->shared->obs.counters[t->plan->worker];
	const bool idle = may_come_back();
	int rc = xs_task_begin(t);

	for (uint32_t n = 0; rc >= 0 && !xs_task_stopping(t); n++) {
		if (!xs_is_there(worker)) /* it has had its signals */
			break;
		rc = n & 1 ? set_policy(worker->tid, n / 2, idle) : set_nice(worker->tid, n / 2);
		if (rc == -ESRCH)
			break;
		t->count->iterations += !rc;
		/* The nice value goes up by itself; where it may not come down again it stays. */
		if (!(n & 1) && (rc == -EACCES || rc == -EPERM))
			rc = 0;
		if (rc < 0)
			xs_task_fail(t, rc, "changing its worker's priority");
		xs_sleep_us(period_us);
	}
	xs_task_usage(t);
	return rc;
}

const struct xs_pressure xs_pressure_priority = {
	.entry = {
		.name = "priority",
		.summary = "changes its worker's nice value and policy every period_us (0: 100)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_ALTERS,
		.supported = supported,
	},
	.run = run,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/resource.h>
static void run_priority(struct task *t)
{
	const struct sched_param p = { 0 };
	const int tid = tasks[t->worker].pid;

	for (t->period_us += t->period_us ? 0 : 100; more(t);) {
		setpriority(PRIO_PROCESS, tid, t->windows % 11);
		sched_setscheduler(tid, t->windows % 2 ? SCHED_BATCH : SCHED_OTHER, &p);
	}
}
#endif
