/* SPDX-License-Identifier: GPL-2.0-only */
/* The engine: runs plans, in children of the calling process. */
#ifndef XS_ENGINE_H
#define XS_ENGINE_H

#include <stdbool.h>

#include "task/obs.h"
#include "task/plant.h"

struct xs_arena;
struct xs_behaviour;

/**
 * xs_arena_open() - what outlives a case: shared memory and signal handling
 * @why: set to the reason on error
 *
 * Blocks SIGINT, SIGTERM and SIGCHLD in the calling process and receives them
 * by signalfd, until xs_arena_close(). Return: 0 or -errno.
 */
int xs_arena_open(struct xs_arena **arena, char why[XS_WHY_BYTES]);

/** xs_arena_close() - give everything back; takes NULL too */
void xs_arena_close(struct xs_arena *arena);

/** xs_arena_cpu() - the CPU's register state, as read when the arena was opened */
const struct xs_cpu *xs_arena_cpu(const struct xs_arena *arena);

/** xs_arena_behaviour() - what the last run with options->observe showed */
const struct xs_behaviour *xs_arena_behaviour(const struct xs_arena *arena);

struct xs_run_options {
	struct xs_plant plant; /* zero: nothing */
	uint32_t hang_ms;      /* no progress for so long is a hang; 0: 10 000 */
	/*
	 * Children that can do so wait for the next run, which costs microseconds
	 * then, not milliseconds. After a run with a finding or an error all are
	 * ended and made anew. Between the runs the caller stays on the CPU of the
	 * last one; xs_arena_close() and a run without .stay give its affinity back.
	 */
	bool stay;
	/* Count what the run makes the kernel do: xs_arena_behaviour(). Costs some us a signal. */
	bool observe;
	/*
	 * What the workers do so that their signal stacks have their pages (row of xs_mitigations,
	 * not no_altstack: they have one), and in what life of a stack (enum xs_mitigated). Not
	 * with .stay: memory stays locked.
	 */
	uint8_t mitigation;
	uint8_t mitigated;
	uint32_t legs_out; /* mask over enum xs_leg: wrong registers on those are no finding */
	/*
	 * Asked now and then from .least_ms on: whether what was seen is enough, so that the
	 * run ends before its time. NULL: it never is.
	 */
	bool (*enough)(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t elapsed_ns);
	uint32_t least_ms;
	bool brief; /* end at the first finding, without waiting for the next few */
	/* Called about ten times a second, and at the end; may be NULL. */
	void (*progress)(void *arg, const struct xs_plan *plan, const struct xs_obs *obs,
			 uint64_t elapsed_ns);
	void *progress_arg;
};

/**
 * xs_engine_run() - run one plan to its end, first finding, or interruption
 * @obs: set to the observations, valid until the next run in this arena
 * @ending: filled
 *
 * Whatever happens, every child is gone when this returns, but for those that
 * wait for the next run (options->stay), and one that the kernel will not let
 * die; ending->where then says so. The harness's own
 * failures are in ending->error. Context: the parent, which is single-threaded.
 */
void xs_engine_run(struct xs_arena *arena, const struct xs_plan *plan,
		   const struct xs_run_options *options, const struct xs_obs **obs,
		   struct xs_ending *ending);

/**
 * xs_quota_cpus() - how many CPUs' time the caller's cgroups get, rounded up; UINT32_MAX: no limit
 *
 * The least of the own group's and those above it: v2's cpu.max, v1's cpu.cfs_quota_us. Context:
 * any. Source: Documentation/admin-guide/cgroup-v2.rst, Documentation/scheduler/sched-bwc.rst.
 */
uint32_t xs_quota_cpus(void);

#endif
