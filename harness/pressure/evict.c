// SPDX-License-Identifier: GPL-2.0-only
/* evict: takes the pages of its worker's signal stack away at any time, not before signals only. */
#include <errno.h>
#include <sys/mman.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/sys.h"
#include "task/task.h"

#define PAUSES_MAX 16u

/*
 * Between the kernel's faulting a page in and its next attempt, between two
 * parts of a frame, while sigreturn reads. What the pages hold has to survive
 * that.
 */
static int step(struct xs_task *t)
{
	const struct xs_slot *worker = &t->shared->slot[t->plan->worker];

	if (!worker->stack)
		return xs_task_fail(t, -EINVAL, "dropping pages that would lose what they hold");
	/* Refused where the pages are locked: a mitigation. */
	if (!xs_syscall3(SYS_madvise, (long)worker->stack, (long)worker->stack_bytes,
			 MADV_DONTNEED))
		t->count->iterations++;
	for (uint64_t n = xs_rdtsc() >> 4 & (PAUSES_MAX - 1); n; n--)
		xs_pause();
	return 0;
}

/* Not on its worker's CPU. */
static int part(struct xs_task *t)
{
	const int32_t theirs = t->shared->plan.task[t->plan->worker].cpu;
	const int32_t cpu = xs_quietest_cpu(&t->shared->plan, theirs, -1);

	if (cpu >= 0)
		xs_pin(0, cpu);
	return 0;
}

const struct xs_pressure xs_pressure_evict = {
	.entry = {
		.name = "evict",
		.summary = "drops the pages of its worker's signal stack at any time, if that keeps contents",
		.flags = XS_PRESSURE_EVICTS,
	},
	.begin = part,
	.step = step,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/mman.h>
static void run_evict(struct task *t)
{
	for (pin(0, t->cpu + 1); more(t);)
		madvise(self->stack, STACK, MADV_DONTNEED); /* which keeps what they hold */
}
#endif
