/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that the parent of a run and its children share. */
#ifndef XS_SHARED_H
#define XS_SHARED_H

#include "plan/plan.h"
#include "state/cpu.h"
#include "task/death.h"
#include "task/obs.h"
#include "task/plant.h"

/* Words that two tasks share; one line each. */
struct xs_slot {
	_Alignas(64) volatile uint32_t inside; /* sequence of the window it is in, or 0 */
	volatile uint32_t release;	       /* set by a delivery: the hold may end */
	volatile uintptr_t stack;	       /* a worker's signal stack, if its pages may be */
	volatile size_t stack_bytes;	       /* dropped at any time; else 0 */
};

/* Where a child finds its part of a run, and says that it has done it: one line each. */
struct xs_seat {
	_Alignas(64) volatile uint32_t run; /* futex: number of the run that it has a part in, */
	volatile uint32_t task;		    /* and which; a workers' process: its first */
	volatile uint32_t left;		    /* number of the last run whose part it has done */
	struct xs_death death;
};

struct xs_shared {
	struct xs_plan plan;
	struct xs_cpu cpu;
	struct xs_plant plant;
	volatile uint32_t plant_fired;
	volatile uint64_t plant_iteration;
	volatile uint64_t plant_ns; /* since start_ns */
	volatile uint32_t ready;    /* tasks that are set up */
	volatile uint32_t started;  /* futex: 0, then 1 when every task is ready */
	volatile uint32_t stop;	    /* futex: 1 when the run is over */
	uint32_t finished; /* workers that will take no more signals */
	volatile uint32_t stay; /* children wait for another run */
	uint32_t generation;	/* of all first values, and where variants begin */
	volatile uint64_t start_ns;
	volatile uint32_t observe; /* .behaviour is wanted */
	uint8_t mitigation;	   /* row of xs_mitigations, and */
	uint8_t mitigated;	   /* enum xs_mitigated */
	uint64_t ticks_per_us;
	int event_fd; /* children write to it: a record, an error */
	struct xs_seat seat[XS_TASKS_MAX];
	struct xs_slot slot[XS_TASKS_MAX];
	struct xs_behaviour behaviour;
	struct xs_obs obs;
};

/** xs_run_stop() - end the run: who waits for its start goes on, too */
void xs_run_stop(struct xs_shared *shared);

/** xs_notify() - wake the parent. Context: any child. */
void xs_notify(const struct xs_shared *shared);

#endif
