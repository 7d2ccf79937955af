/* SPDX-License-Identifier: GPL-2.0-only */
/* What every task of a run has in its hands. */
#ifndef XS_TASK_H
#define XS_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "task/shared.h"

#define XS_SIGNO       10     /* SIGUSR1: what every source sends */
#define XS_CLIFF_BYTES 12288u /* memory whose end is not mapped: the page behind it never is */

struct xs_level;

struct xs_task {
	struct xs_shared *shared;
	const struct xs_plan_task *plan;
	struct xs_counters *count;
	struct xs_slot *slot;
	uint32_t index;
	/* Switches of the thread in earlier runs: it may be one that stayed. */
	uint64_t voluntary_base, involuntary_base;

	uint64_t hold_own; /* what its hold has made for it; 0: nothing */

	/* For the entries of the axes. */
	struct xs_level *level; /* the task's own windows, then those of nested handlers */
	void *own;		/* the source's, or the pressure's, memory: .own_bytes of zeros */
	/* A worker's. */
	const uint8_t *init; /* image of what a handler must find */
	uint8_t *cliff;	     /* XS_CLIFF_BYTES */
	bool compat;	     /* 32-bit frames */
	uint32_t depth;	     /* of handlers around the one that acts, from 0 */
	bool clobbered;	     /* by the handler, in this window: .level[1].dump shows it */
	bool is_child;	     /* this is a child that the handler forked; */
	int32_t child;	     /* its process in the parent, or 0 */
};

struct xs_sender {
	struct xs_task task;
	struct xs_task *target;
};

/** xs_task_stopping() - whether the run is over. Context: any. */
static inline bool xs_task_stopping(const struct xs_task *t)
{
	return t->shared->stop;
}

/** xs_idle_kinds() - mask of the kinds of pressure of which no task did its part @least times */
uint32_t xs_idle_kinds(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t least);

/** xs_task_init() - fill @t for task @index of the plan in @shared */
void xs_task_init(struct xs_task *t, struct xs_shared *shared, uint32_t index);

/** xs_pin() - sched_setaffinity() of a thread (0: the calling one) to one CPU: 0 or -errno */
int xs_pin(int32_t tid, int32_t cpu);

/** xs_task_pin() - where the plan has it: 0 or -errno (reported already) */
int xs_task_pin(struct xs_task *t);

/**
 * xs_task_begin() - pin the calling thread if that is to do, say "ready", wait for the start
 *
 * The last task that gets ready starts the run.
 *
 * Return: 0 or -errno (reported through xs_task_fail() already).
 */
int xs_task_begin(struct xs_task *t);

/** xs_task_fail() - report that the task cannot go on; returns @error */
int xs_task_fail(struct xs_task *t, int error, const char *what);

/** xs_task_turn() - which of several variants it is the turn of: another one for each signal */
static inline uint32_t xs_task_turn(const struct xs_task *t)
{
	return t->shared->generation - 1 + (uint32_t)t->count->signals;
}

/** xs_task_usage() - leave the run's switches in the counters: the thread's page faults so far */
uint64_t xs_task_usage(struct xs_task *t);

/** xs_signal_nest() - let XS_SIGNO in. Context: a handler of 64-bit frames. */
void xs_signal_nest(void);

#endif
