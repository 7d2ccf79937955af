/* SPDX-License-Identifier: GPL-2.0-only */
/* A plan: a case made concrete for one machine. Fixed-width, position-free. */
#ifndef XS_PLAN_H
#define XS_PLAN_H

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

#include "case/case.h"

#define XS_TASKS_MAX	     1024u
#define XS_PLAN_CPUS_MAX     1024u
#define XS_SYNTHETIC_PUS_MAX 4096u /* hwloc takes two seconds for so many */

enum xs_role {
	XS_ROLE_WORKER,
	XS_ROLE_SENDER,	  /* sends the worker's signals, where the source needs one */
	XS_ROLE_RESOLVER, /* resolves the worker's stack faults, where the method needs one */
	XS_ROLE_PRESSURE,
	XS_ROLES
};

struct xs_plan_task {
	uint8_t role;	     /* enum xs_role */
	uint8_t kind;	     /* pressure: row of pressure.def */
	uint8_t place_asked; /* enum xs_place */
	uint8_t place_got;   /* the one that the machine could give */
	uint8_t hold;	     /* row of hold.def */
	uint8_t unused;
	uint16_t worker;    /* task index of the worker that it serves; a worker: itself */
	int32_t cpu;	    /* OS index of the PU, -1: not pinned */
	uint32_t registers; /* mask over state.def, supported and reduced */
	uint32_t proved;    /* the same, and what stays in init state */
	uint32_t vectors;   /* which vector registers hold patterns */
	uint32_t period_us;
};

/* The flags of a pressure task's kind; of another role none. */
static inline uint32_t xs_plan_pressure(const struct xs_plan_task *t)
{
	return t->role == XS_ROLE_PRESSURE ? xs_flags(XS_AXIS_PRESSURE, t->kind) : 0;
}

/* The task's index in task[] is the owner that its register patterns carry. */
struct xs_plan {
	uint32_t workers; /* task[0 .. workers - 1] */
	uint32_t tasks;
	uint32_t duration_ms, signals;
	uint32_t hold_us, delay_us;
	uint32_t boundary, fault_hold_us;
	uint32_t depth;
	uint8_t signal, handler, fault, missing, restore, abi;
	bool processes;	   /* each worker has its own, with those that serve it */
	uint32_t legs_out; /* mask over enum xs_leg: wrong registers on those are no finding */
	bool contract;	   /* nor is what Linux does and no contract asks for */
	uint32_t cpus;	   /* what a migrating task may use: cpu[0 .. cpus - 1], OS indices */
	uint16_t cpu[XS_PLAN_CPUS_MAX];
	struct xs_plan_task task[XS_TASKS_MAX];
};

/* The first worker of the process that a task runs in which is no process itself. */
static inline uint32_t xs_plan_host(const struct xs_plan *plan, uint32_t task)
{
	return plan->processes ? plan->task[task].worker : 0;
}

/**
 * xs_topology_load() - the topology of this machine or of another one
 * @machine: NULL for this machine, restricted to the PUs that the caller may
 *	run on; else the path, ending in ".xml", of a file that lstopo exported,
 *	or hwloc's synthetic description ("pack:2 core:8 pu:2") of at most
 *	XS_SYNTHETIC_PUS_MAX PUs
 * @why: set to the reason on error
 *
 * Return: 0, and *@topology is the caller's, to be ended with
 * hwloc_topology_destroy(); -EINVAL for a description, a file or an
 * environment that is no good; else -errno. Context: any, not
 * async-signal-safe.
 */
int xs_topology_load(hwloc_topology_t *topology, const char *machine, char why[XS_WHY_BYTES]);

/*
 * What is tried, in this order, where the machine has no PU at the place that
 * indexes the row. A row ends with XS_PLACE_SAME_PU, which always exists;
 * same-pu, random and unpinned need no fallback and have nothing before it.
 */
extern const uint8_t xs_place_fallbacks[XS_PLACES][XS_PLACES];

/**
 * xs_place_near() - the PU for a task that is to run at @place from @pu
 * @pu: the worker's PU
 * @salt: which of several equal candidates to take, modulo their number: one
 *	PU of every core first, in the machine's order, then the siblings;
 *	random: any number, which the choice is a function of
 * @load: the number of tasks on each PU by its logical index: only the
 *	candidates with the fewest count as equal; may be NULL
 * @got: set to the place that was found, after xs_place_fallbacks
 *
 * Return: a PU of @topology, or NULL for XS_PLACE_UNPINNED. Pure.
 */
hwloc_obj_t xs_place_near(hwloc_topology_t topology, hwloc_obj_t pu, enum xs_place place,
			  uint32_t salt, const uint16_t *load, enum xs_place *got);

/**
 * xs_place_spread() - PUs for @n tasks that are to be spread over the machine
 * @pu: room for @n
 *
 * One PU of every core before any core's second one. Where hwloc knows several
 * kinds of CPU the kinds alternate, the most powerful first. Starts again
 * where the machine has fewer than @n PUs. Pure.
 */
void xs_place_spread(hwloc_topology_t topology, hwloc_obj_t pu[], unsigned int n);

/** xs_plan_worker_classes() - those of @supported that a case's workers can hold. Pure. */
uint32_t xs_plan_worker_classes(const struct xs_case *c, uint32_t supported);

/** xs_plan_tasks_each() - how many tasks a case has for each worker, with itself. Pure. */
uint32_t xs_plan_tasks_each(const struct xs_case *c);

/** xs_plan_pressure_classes() - the same for pressure of a kind, which is a row */
uint32_t xs_plan_pressure_classes(unsigned int kind, uint32_t supported);

/**
 * xs_plan_make() - place every task of a case
 * @c: valid
 * @topology: from xs_topology_load()
 * @supported: mask of state classes that the machine has; the case's are
 *	reduced to it
 * @why: set to the reason on error
 *
 * The workers come first, then, worker by worker, its sender, its resolver
 * and its pressure tasks in the order of the sections. Senders, resolvers and
 * pressure of kinds without registers have none. A worker on whose PU its own
 * sender ends up yields whatever the case says: were it to
 * spin, the sender could not run until the scheduler's next tick.
 *
 * What lies behind the last task in task[] is not written.
 * Return: 0; -EOPNOTSUPP where no asked-for register class is supported;
 * -EINVAL where the case names CPUs that the process may not use; -E2BIG
 * where it needs more than XS_TASKS_MAX tasks; -ENOMEM. Pure.
 */
int xs_plan_make(struct xs_plan *plan, const struct xs_case *c, hwloc_topology_t topology,
		 uint32_t supported, char why[XS_WHY_BYTES]);

#endif
