// SPDX-License-Identifier: GPL-2.0-only
/* From a case to the tasks of the program, and to the words that choose its parts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "export/export.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define X87	 0x1u
#define SSE	 0x2u
#define AVX	 0x4u
#define OPMASK	 0x20u
#define ZMM	 0xc0u
#define PKRU	 0x200u
#define DRIVEN	 (X87 | SSE | AVX | OPMASK | ZMM | PKRU)
#define EVERY_US 500u /* pressure fork */
#define MOVE_US	 50u  /* pressure migrate */

int xs_export_has(const struct xs_export_plan *plan, const char *word)
{
	for (uint32_t i = 0; i < plan->words; i++)
		if (!strcmp(plan->word[i], word))
			return 1;
	return 0;
}

static void set(struct xs_export_plan *plan, const char *word, int is)
{
	if (is && plan->words < XS_EXPORT_WORDS)
		plan->word[plan->words++] = word;
}

static int32_t place_of(uint8_t place)
{
	return place == XS_PLACE_SAME_PU ? 0 : place == XS_PLACE_UNPINNED ? -1 : 1;
}

static void add(struct xs_export_plan *plan, struct xs_export_task task, uint32_t registers)
{
	const int all = registers == (1u << XS_STATES) - 1;

	task.components = xs_state_xfeatures(registers) & DRIVEN;
	if (all && plan->narrow)
		task.components = X87 | SSE | AVX;
	/* "all" is what the machine has. */
	plan->needed |= all ? X87 | SSE : task.components;
	plan->components |= task.components;
	if (plan->tasks && !plan->neighbour && task.components && !task.place)
		plan->neighbour = (int32_t)plan->tasks;
	plan->task[plan->tasks++] = task;
}

static void add_pressure(struct xs_export_plan *plan, const struct xs_case_pressure *p)
{
	static const char *const run[XS_PRESSURES] = {
		[XS_PRESSURE_vector_process] = "loop", [XS_PRESSURE_vector_thread] = "thread",
		[XS_PRESSURE_yield] = "yielder",       [XS_PRESSURE_migrate] = "migrator",
		[XS_PRESSURE_fork] = "loop",	       [XS_PRESSURE_kernel_fpu] = "kernel_fpu",
	};
	static const uint32_t period_us[XS_PRESSURES] = {
		[XS_PRESSURE_migrate] = MOVE_US,
		[XS_PRESSURE_fork] = EVERY_US,
	};
	const struct xs_entry *kind = xs_entry(XS_AXIS_PRESSURE, p->kind);

	add(plan,
	    (struct xs_export_task){
		    .name = kind->name,
		    .run = run[p->kind],
		    .call = p->kind == XS_PRESSURE_fork ? "fork" : NULL,
		    .place = place_of(p->place),
		    .yields = (kind->flags & XS_PRESSURE_VECTOR) && p->hold == XS_HOLD_yield,
		    .period_us = p->period_us ? p->period_us : period_us[p->kind],
	    },
	    p->registers);
}

static int timed(const struct xs_case *c)
{
	return c->signal == XS_SIGNAL_timer || c->signal == XS_SIGNAL_itimer;
}

static int add_all(struct xs_export_plan *plan, char *why)
{
	const struct xs_case *c = plan->c;
	const char *call = NULL;
	uint32_t tasks = 2;

	for (uint32_t i = 0; i < c->pressures; i++)
		tasks += c->pressure[i].count;
	if (tasks > XS_EXPORT_TASKS) {
		snprintf(why, XS_WHY_BYTES,
			 "export takes up to %u pressure tasks for a worker: "
			 "lower the counts",
			 XS_EXPORT_TASKS - 2);
		return -EOPNOTSUPP;
	}
	if (!timed(c) && !(xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE))
		call = c->signal == XS_SIGNAL_kill ? "kill, .arg[1] = SIGUSR1"
						   : "tgkill, .arg[2] = SIGUSR1";
	/* A worker that spins would keep a sender on its CPU from running. */
	add(plan,
	    (struct xs_export_task){
		    .name = "worker",
		    .run = "worker",
		    .call = call,
		    .yields = c->hold == XS_HOLD_yield ||
			      ((xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE) &&
			       c->signal_place == XS_PLACE_SAME_PU),
	    },
	    c->registers);
	if (xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE)
		add(plan,
		    (struct xs_export_task){
			    .name = "sender", .run = "sender", .place = place_of(c->signal_place) },
		    0);
	for (uint32_t i = 0; i < c->pressures; i++)
		for (uint32_t n = 0; n < c->pressure[i].count; n++)
			add_pressure(plan, &c->pressure[i]);
	return 0;
}

static void set_registers(struct xs_export_plan *plan)
{
	set(plan, "X87", plan->components & X87);
	set(plan, "SSE", plan->components & SSE);
	set(plan, "AVX", (plan->components & AVX) != 0);
	set(plan, "OPMASK", (plan->components & OPMASK) != 0);
	set(plan, "ZMM", (plan->components & ZMM) != 0);
	set(plan, "PKRU", (plan->components & PKRU) != 0);
	set(plan, "VECTORS", plan->c->vectors != UINT32_MAX);
}

static void set_source(struct xs_export_plan *plan)
{
	const struct xs_case *c = plan->c;
	const int self = plan->task[0].call != NULL;
	/* Threads may get what is for the process. */
	const int stray =
		xs_export_has(plan, "THREADS") && (timed(c) || c->signal == XS_SIGNAL_kill);

	set(plan, xs_name(XS_AXIS_SIGNAL, c->signal), 1);
	set(plan, "TIMED", timed(c));
	set(plan, "SELF", self);
	set(plan, "CALLS",
	    self || xs_export_has(plan, "forker") || xs_export_has(plan, "kernel_fpu"));
	set(plan, "DELAY", c->delay_us != 0);
	set(plan, "NEAR", place_of(c->signal_place) != 1);
	set(plan, "STRAY", stray);
	set(plan, "MANY", stray || c->workers > 1);
}

static void set_handler(struct xs_export_plan *plan)
{
	const struct xs_case *c = plan->c;
	const int bad = (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_REFUSED) != 0;
	const int readonly = c->fault == XS_STACK_readonly;
	const int resize = c->handler == XS_HANDLER_edit_size || c->handler == XS_HANDLER_edit_tail;
	const int keep = bad || c->handler == XS_HANDLER_bad_magic ||
			 c->handler == XS_HANDLER_edit_size || c->handler == XS_HANDLER_edit_init ||
			 c->handler == XS_HANDLER_edit_fx || c->handler == XS_HANDLER_edit_null;

	set(plan, xs_name(XS_AXIS_HANDLER, c->handler), 1);
	set(plan, "ACT", c->handler != XS_HANDLER_return);
	set(plan, "RESIZE", resize);
	/* Those that change what the kernel says of the frame. */
	set(plan, "SW",
	    resize || c->handler == XS_HANDLER_edit_init || c->handler == XS_HANDLER_edit_fx ||
		    c->handler == XS_HANDLER_bad_magic || c->handler == XS_HANDLER_bad_tail);
	set(plan, "KEEP", keep);
	set(plan, "CPUID", xs_export_has(plan, "FAR") || c->handler == XS_HANDLER_edit_size);
	set(plan, "BAD", bad);
	set(plan, "READONLY", readonly);
	set(plan, "SEGV", bad || readonly);
}

static void set_stack(struct xs_export_plan *plan)
{
	const struct xs_case *c = plan->c;
	const int faults = c->fault != XS_STACK_none && c->fault != XS_STACK_readonly;
	const int minor = c->fault == XS_STACK_uffd_minor;
	const int resolver = (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER);

	set(plan, xs_name(XS_AXIS_STACK, c->fault), 1);
	set(plan, "UFFD", resolver);
	set(plan, "NEIGHBOUR", plan->neighbour != 0);
	set(plan, "MEMFD", (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_SHARED));
	set(plan, "MINOR", minor);
	set(plan, "FD", resolver || c->fault == XS_STACK_punch_hole);
	set(plan, "FAULT", faults);
	set(plan, "FAULTS", faults && !resolver); /* a resolver counts them itself */
	set(plan, "LATER", faults && (c->restore != XS_MISSING_NONE || xs_export_has(plan, "BAD")));
	set(plan, "COUNT", faults || xs_export_has(plan, "SEGV"));
	set(plan, "BOUNDARY", c->boundary != XS_BOUNDARY_NONE);
	set(plan, "RESOLVER_ELSEWHERE", resolver && c->resolver_place != XS_PLACE_SAME_PU);
	set(plan, "MISSING_ALL", c->missing == XS_MISSING_ALL);
	set(plan, "MISSING_LOWER", c->missing == XS_MISSING_LOWER);
	set(plan, "MISSING_UPPER", c->missing == XS_MISSING_UPPER);
	set(plan, "RESTORE", c->restore != XS_MISSING_NONE);
	set(plan, "COPY", c->restore != XS_MISSING_NONE || c->handler == XS_HANDLER_bad_tail);
	set(plan, "RESTORE_ALL", c->restore == XS_MISSING_ALL);
	set(plan, "RESTORE_LOWER", c->restore == XS_MISSING_LOWER);
	set(plan, "RESTORE_UPPER", c->restore == XS_MISSING_UPPER);
}

static void set_tasks(struct xs_export_plan *plan)
{
	int period = 0, yields = 0, unpinned = 0;
	int pins = plan->c->workers > 1 || plan->c->handler == XS_HANDLER_migrate;

	for (uint32_t i = 0; i < plan->tasks; i++) {
		if (!xs_export_has(plan, plan->task[i].run))
			set(plan, plan->task[i].run, 1);
		if (plan->task[i].call && !strcmp(plan->task[i].call, "fork") &&
		    !xs_export_has(plan, "forker"))
			set(plan, "forker", 1);
		pins |= plan->task[i].place != 0;
		unpinned |= plan->task[i].place < 0;
		period |= plan->task[i].period_us != 0;
		yields |= plan->task[i].yields != 0;
	}
	set(plan, "THREADS",
	    xs_export_has(plan, "thread") ||
		    (xs_flags(XS_AXIS_STACK, plan->c->fault) & XS_STACK_RESOLVER));
	set(plan, "SERVANT",
	    xs_export_has(plan, "thread") || xs_export_has(plan, "sender") ||
		    xs_export_has(plan, "migrator"));
	set(plan, "PERIOD", period);
	/* Otherwise all are on one CPU. */
	set(plan, "PINS", pins || xs_export_has(plan, "migrator"));
	set(plan, "UNPINNED", unpinned);
	set(plan, "YIELDS", yields);
	set(plan, "FAR", (plan->components & ~(uint64_t)(X87 | SSE | AVX)) != 0);
}

int xs_export_plan(struct xs_export_plan *plan, const struct xs_case *c, int narrow,
		   char why[XS_WHY_BYTES])
{
	int rc = xs_export_refuse(c, why);

	*plan = (struct xs_export_plan){ .c = c, .narrow = narrow };
	if (!rc)
		rc = add_all(plan, why);
	if (rc)
		return rc;
	set_tasks(plan);
	set_registers(plan);
	set_source(plan);
	set_handler(plan);
	set_stack(plan);
	return 0;
}
