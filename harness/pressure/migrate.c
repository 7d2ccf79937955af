// SPDX-License-Identifier: GPL-2.0-only
/* migrate: moves its worker from CPU to CPU with sched_setaffinity(). */
#include <errno.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/probe.h"
#include "task/sys.h"
#include "task/task.h"

#define PERIOD_DEFAULT_US 50u

static int run(struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	const struct xs_counters *worker = &t->shared->obs.counters[t->plan->worker];
	const uint32_t period_us = t->plan->period_us ? t->plan->period_us : PERIOD_DEFAULT_US;
	int rc = xs_task_begin(t);

	for (uint32_t n = 0; rc >= 0 && !xs_task_stopping(t); n++) {
		if (!xs_is_there(worker)) /* it has had its signals */
			break;
		rc = xs_pin(worker->tid, plan->cpu[n % plan->cpus]);
		if (rc == -ESRCH)
			break;
		/* To where it is already is no move. */
		t->count->iterations += !rc && plan->cpus > 1;
		if (rc == -EINVAL) /* that CPU is offline: hotplug */
			rc = 0;
		if (rc < 0)
			xs_task_fail(t, rc, "moving its worker");
		xs_sleep_us(period_us);
	}
	xs_task_usage(t);
	return rc;
}

const struct xs_pressure xs_pressure_migrate = {
	.entry = {
		.name = "migrate",
		.summary = "moves its worker to another CPU every period_us (0: 50)",
		.supported = xs_probe_cpus,
	},
	.run = run,
};

#ifdef XS_EXPORT /* how "export" writes it */
/* Its worker, from CPU to CPU. */
static void run_migrate(struct task *t)
{
	for (t->period_us += t->period_us ? 0 : 50; more(t);)
		pin(t->pid, t->windows);
}
#endif
