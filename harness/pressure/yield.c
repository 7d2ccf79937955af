// SPDX-License-Identifier: GPL-2.0-only
/* yield: a process that makes the scheduler switch, and leaves the FPU alone. */
#include "pressure/pressure.h"
#include "task/sys.h"
#include "task/task.h"

static int step(struct xs_task *t)
{
	xs_syscall3(SYS_sched_yield, 0, 0, 0);
	t->count->iterations++;
	return 0;
}

const struct xs_pressure xs_pressure_yield = {
	.entry = {
		.name = "yield",
		.summary = "a process that calls sched_yield() and uses no FPU",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_PLAIN,
	},
	.step = step,
};

#ifdef XS_EXPORT /* how "export" writes it */
static void run_yield(struct task *t)
{
	while (more(t))
		sched_yield();
}
#endif
