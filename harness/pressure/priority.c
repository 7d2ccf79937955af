// SPDX-License-Identifier: GPL-2.0-only
/* priority: a process that changes its worker's nice value and scheduling policy all the time. */
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/sys.h"
#include "task/task.h"

#define NICE_STEPS 11u /* 0 to 10; back needs CAP_SYS_NICE or RLIMIT_NICE */

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

struct own {
	bool idle; /* SCHED_IDLE, too */
	uint32_t turn;
};

/* Whether nice values may go down again, and SCHED_IDLE be left: tried on ourselves. */
static int open_own(struct xs_task *t)
{
	struct own *own = t->own;

	xs_syscall3(SYS_setpriority, PRIO_PROCESS, 0, 1);
	own->idle = !xs_syscall3(SYS_setpriority, PRIO_PROCESS, 0, 0);
	return 0;
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

static int step(struct xs_task *t)
{
	const struct xs_counters *worker = &t->shared->obs.counters[t->plan->worker];
	struct own *own = t->own;
	const uint32_t n = own->turn++;
	int rc = -ESRCH;

	if (xs_is_there(worker))
		rc = n & 1 ? set_policy(worker->tid, n / 2, own->idle)
			   : set_nice(worker->tid, n / 2);
	if (rc == -ESRCH) /* it has had its signals */
		return 1;
	t->count->iterations += !rc;
	/* The nice value goes up by itself; where it may not come down again it stays. */
	if (!(n & 1) && (rc == -EACCES || rc == -EPERM))
		rc = 0;
	return rc < 0 ? xs_task_fail(t, rc, "changing its worker's priority") : 0;
}

const struct xs_pressure xs_pressure_priority = {
	.entry = {
		.name = "priority",
		.summary = "changes its worker's nice value and policy every period_us (0: 100)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_ALTERS,
		.supported = supported,
	},
	.period_us = 100,
	.own_bytes = sizeof(struct own),
	.open = open_own,
	.step = step,
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
