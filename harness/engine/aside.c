// SPDX-License-Identifier: GPL-2.0-only
/* Keeps the supervising parent off the CPUs that the tasks use. */
#include "engine/aside.h"

#include "task/sys.h"

/* How many tasks of the plan are pinned to @cpu; a worker counts most. */
static uint32_t load_of(const struct xs_plan *plan, uint32_t cpu)
{
	uint32_t load = 0;

	for (uint32_t i = 0; i < plan->tasks; i++)
		if (plan->task[i].cpu == (int32_t)cpu)
			load += plan->task[i].role == XS_ROLE_WORKER ? XS_TASKS_MAX : 1;
	return load;
}

void xs_aside_step(struct xs_aside *aside, const struct xs_plan *plan)
{
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };
	uint32_t best = 0;

	for (uint32_t i = 1; i < plan->cpus; i++)
		if (load_of(plan, plan->cpu[i]) < load_of(plan, plan->cpu[best]))
			best = i;
	if (aside->moved && aside->cpu == plan->cpu[best])
		return;
	if (!aside->moved && xs_syscall3(SYS_sched_getaffinity, 0, sizeof(aside->old_affinity),
					 (long)aside->old_affinity) < 0)
		return;
	aside->cpu = plan->cpu[best];
	set[aside->cpu / 64] |= 1ull << (aside->cpu % 64);
	if (!xs_syscall3(SYS_sched_setaffinity, 0, sizeof(set), (long)set))
		aside->moved = true;
}

void xs_aside_back(struct xs_aside *aside)
{
	if (aside->moved)
		xs_syscall3(SYS_sched_setaffinity, 0, sizeof(aside->old_affinity),
			    (long)aside->old_affinity);
	aside->moved = false;
}
