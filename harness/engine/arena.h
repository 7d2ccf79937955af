/* SPDX-License-Identifier: GPL-2.0-only */
/* The arena's inside, for the files of the engine's parent. */
#ifndef XS_ARENA_H
#define XS_ARENA_H

#include <signal.h>

#include "engine/engine.h"
#include "engine/klog.h"
#include "task/task.h"

/* A child of the parent: a workers' process, or a pressure process. */
struct xs_child {
	pid_t pid;     /* 0: gone */
	uint32_t task; /* of a workers' process the first worker */
	bool busy;     /* it has not finished its part of the run */
	bool starves;  /* it was killed, and gets no CPU to die on */
};

/* What xs_aside_back() needs; all zeros to begin with. */
struct xs_aside {
	uint64_t old_affinity[XS_PLAN_CPUS_MAX / 64];
	bool moved;
	bool alone;   /* no task of the plan is there, or may come */
	uint16_t cpu; /* where it is, if .moved */
};

struct xs_arena {
	struct xs_shared *shared;
	int signal_fd; /* SIGINT, SIGTERM, SIGCHLD */
	sigset_t old_mask;
	struct xs_klog klog;
	struct xs_aside aside;
	uint64_t refused;		     /* xs_memory_refused() when the run began */
	uint32_t runs;			     /* begun so far: the number of the last one */
	bool grown;			     /* workers that stay may have used what is dynamic */
	uint32_t children;		     /* places in use */
	struct xs_child child[XS_TASKS_MAX]; /* each at its seat; [0]: the first worker's process */
};

/**
 * xs_aside_step() - move the calling thread to the quietest CPU of the plan
 *
 * The parent's own wake-ups would disturb the CPUs that some bugs need
 * undisturbed. May be called again for another plan.
 */
void xs_aside_step(struct xs_aside *aside, const struct xs_plan *plan);

/** xs_aside_back() - undo xs_aside_step() */
void xs_aside_back(struct xs_aside *aside);

/** xs_trace_plant() - write planted registers into a worker: 1 done, 0 not yet, -errno */
int xs_trace_plant(struct xs_shared *shared, uint32_t task);

/**
 * xs_memory_refused() - how often the kernel had no memory for the caller's cgroups so far
 *
 * Of cgroup v1 the failures to charge, of v2 the "oom" events, own group and
 * those above. 0 where nothing can be read. Context: the parent. Source:
 * Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst.
 */
uint64_t xs_memory_refused(void);

#endif
