// SPDX-License-Identifier: GPL-2.0-only
/* migrate: moves its worker from CPU to CPU with sched_setaffinity(). */
#include <errno.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/probe.h"
#include "task/sys.h"
#include "task/task.h"

static int step(struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	const struct xs_counters *worker = &t->shared->obs.counters[t->plan->worker];
	uint32_t *turn = t->own;
	int rc = -ESRCH;

	if (xs_is_there(worker))
		rc = xs_pin(worker->tid, plan->cpu[(*turn)++ % plan->cpus]);
	if (rc == -ESRCH) /* it has had its signals */
		return 1;
	/* To where it is already is no move. */
	t->count->iterations += !rc && plan->cpus > 1;
	/* -EINVAL: that CPU is offline: hotplug. */
	return rc && rc != -EINVAL ? xs_task_fail(t, rc, "moving its worker") : 0;
}

const struct xs_pressure xs_pressure_migrate = {
	.entry = {
		.name = "migrate",
		.summary = "moves its worker to another CPU every period_us (0: 50)",
		.supported = xs_probe_cpus,
	},
	.period_us = 50,
	.own_bytes = sizeof(uint32_t),
	.step = step,
};

#ifdef XS_EXPORT /* how "export" writes it */
/* Its worker, from CPU to CPU. */
static void run_migrate(struct task *t)
{
	for (t->period_us += t->period_us ? 0 : 50; more(t);)
		pin(t->pid, t->windows);
}
#endif
