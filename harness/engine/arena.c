// SPDX-License-Identifier: GPL-2.0-only
/* The arena: shared memory and signal handling that outlive a case, and the parent's own CPU. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/crew.h"
#include "task/sys.h"

#define CALIBRATION_NS 2000000u

static uint64_t measure_ticks_per_us(void)
{
	const uint64_t from_ns = xs_now_ns(), from = xs_rdtsc();
	uint64_t ns;

	do
		ns = xs_now_ns() - from_ns;
	while (ns < CALIBRATION_NS);
	return (xs_rdtsc() - from) * 1000 / ns + 1;
}

static int open_signals(struct xs_arena *a)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, &a->old_mask))
		return -errno;
	a->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return a->signal_fd < 0 ? -errno : 0;
}

/* How many tasks of the plan may run on @cpu; a worker that is pinned to it counts most. */
static uint32_t load_of(const struct xs_plan *plan, uint32_t cpu)
{
	uint32_t load = 0;

	for (uint32_t i = 0; i < plan->tasks; i++)
		if (plan->task[i].cpu < 0)
			load++;
		else if (plan->task[i].cpu == (int32_t)cpu)
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
	aside->alone = !load_of(plan, plan->cpu[best]);
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

int xs_arena_open(struct xs_arena **arena, char why[XS_WHY_BYTES])
{
	struct xs_arena *a = calloc(1, sizeof(*a));
	struct xs_shared *shared;
	const char *unreadable;
	int rc = -ENOMEM;

	if (!a)
		goto out;
	a->signal_fd = -1;
	a->refused = xs_memory_refused();
	xs_klog_open(&a->klog, &unreadable);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (shared == MAP_FAILED)
		goto out;
	a->shared = shared;
	shared->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = shared->event_fd < 0 ? -errno : open_signals(a);
	if (rc)
		goto out;
	xs_cpu_read(&shared->cpu);
	shared->obs.image_bytes = shared->cpu.image_bytes;
	shared->ticks_per_us = measure_ticks_per_us();
	if (shared->cpu.image_bytes > XS_IMAGE_MAX)
		rc = -E2BIG;
	*arena = a;
out:
	if (rc) {
		snprintf(why, XS_WHY_BYTES, "cannot set up the arena: %s", strerror(-rc));
		xs_arena_close(a);
	}
	return rc;
}

void xs_arena_close(struct xs_arena *a)
{
	if (!a)
		return;
	xs_crew_dismiss(a, false);
	xs_aside_back(&a->aside);
	xs_klog_close(&a->klog);
	if (a->signal_fd >= 0) {
		close(a->signal_fd);
		sigprocmask(SIG_SETMASK, &a->old_mask, NULL);
	}
	if (a->shared) {
		if (a->shared->event_fd >= 0)
			close(a->shared->event_fd);
		munmap(a->shared, sizeof(*a->shared));
	}
	free(a);
}

const struct xs_cpu *xs_arena_cpu(const struct xs_arena *a)
{
	return &a->shared->cpu;
}

const struct xs_behaviour *xs_arena_behaviour(const struct xs_arena *a)
{
	return &a->shared->behaviour;
}
