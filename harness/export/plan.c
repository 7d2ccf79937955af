// SPDX-License-Identifier: GPL-2.0-only
/* From a case to the tasks of the program. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "export/export.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "state/state.h"

#define LEGACY 3u /* components that every CPU with XSAVE has */

char *xs_export_identifier(char *name)
{
	for (char *at = name; *at; at++)
		if (*at == '-')
			*at = '_';
	return name;
}

static int32_t place_of(uint8_t place)
{
	return place == XS_PLACE_SAME_PU ? 0 : place == XS_PLACE_UNPINNED ? -1 : 1;
}

/* @registers, and what of @init they leave. */
static void add(struct xs_program *p, struct xs_export_task task, uint32_t registers, uint32_t init)
{
	const uint64_t used = xs_state_xfeatures(registers & p->states);

	task.init = xs_state_xfeatures(init & p->states) & ~used;
	task.mask = used | task.init;
	/* "all" is what the machine has. */
	p->needed |= registers == xs_all_rows(XS_AXIS_STATE) ? LEGACY : task.mask;
	if (p->tasks && !p->neighbour && task.mask && !task.place)
		p->neighbour = p->tasks;
	p->task[p->tasks++] = task;
}

static void add_pressure(struct xs_program *p, const struct xs_case_pressure *given)
{
	const struct xs_entry *kind = xs_entry(XS_AXIS_PRESSURE, given->kind);
	struct xs_export_task task = {
		.name = kind->name,
		.place = place_of(given->place),
		.hold = given->hold,
		.thread = !(kind->flags & XS_PRESSURE_PROCESS),
		.period_us = given->period_us,
	};

	snprintf(task.run, sizeof(task.run), "run_%s", kind->name);
	xs_export_identifier(task.run);
	add(p, task, given->registers, 0);
}

int xs_export_tasks(struct xs_program *p, char why[XS_WHY_BYTES])
{
	const struct xs_case *c = p->c;
	const bool remote = xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE;
	uint8_t hold = c->hold;
	uint32_t tasks = 2;

	for (uint32_t i = 0; i < c->pressures; i++)
		tasks += c->pressure[i].count;
	if (tasks > XS_EXPORT_TASKS) {
		snprintf(why, XS_WHY_BYTES,
			 "export takes up to %u pressure tasks for a worker: lower the counts",
			 XS_EXPORT_TASKS - 2);
		return -EOPNOTSUPP;
	}
	/* A worker that spins would keep a sender on its CPU from running. */
	if (remote && c->signal_place == XS_PLACE_SAME_PU &&
	    !(xs_flags(XS_AXIS_HOLD, hold) & XS_HOLD_YIELDS))
		hold = xs_first(XS_AXIS_HOLD, XS_HOLD_YIELDS);
	add(p,
	    (struct xs_export_task){
		    .name = "worker",
		    .run = "worker",
		    .hold = hold,
	    },
	    c->registers, c->init);
	if (remote)
		add(p,
		    (struct xs_export_task){ .name = "sender",
					     .run = "sender",
					     .place = place_of(c->signal_place),
					     .thread = true },
		    0, 0);
	for (uint32_t i = 0; i < c->pressures; i++)
		for (uint32_t n = 0; n < c->pressure[i].count; n++)
			add_pressure(p, &c->pressure[i]);
	return 0;
}
