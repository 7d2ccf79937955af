/* SPDX-License-Identifier: GPL-2.0-only */
/* The arena's inside, for the files of the engine's parent. */
#ifndef XS_ARENA_H
#define XS_ARENA_H

#include <signal.h>

#include "engine/aside.h"
#include "engine/engine.h"
#include "engine/klog.h"
#include "task/task.h"

/* A child of the parent: the workers' process, or a pressure process. */
struct xs_child {
	pid_t pid;     /* 0: gone */
	uint32_t task; /* the workers' process: 0 */
	bool busy;     /* it has not finished its part of the run */
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
	struct xs_child child[XS_TASKS_MAX]; /* each at its seat; [0]: the workers' process */
};

/**
 * xs_where() - what a thread is doing, from /proc: state, system call, kernel stack
 */
void xs_where(char *text, size_t bytes, int pid, int tid);

/** xs_thread_cpu_ticks() - user and system time of a thread so far, and its state letter */
uint64_t xs_thread_cpu_ticks(int pid, int tid, char *state);

/** xs_trace_plant() - write planted registers into a worker: 1 done, 0 not yet, -errno */
int xs_trace_plant(struct xs_shared *shared, uint32_t task);

#endif
