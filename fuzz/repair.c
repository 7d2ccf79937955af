// SPDX-License-Identifier: GPL-2.0-only
/* Makes a case that was put together from parts one that this machine can run. */
#include <stdbool.h>
#include <string.h>

#include "case/schema.h"
#include "fuzz/mutate.h"
#include "fuzz/pressures.h"
#include "plan/plan.h"
#include "plan/solo.h"
#include "signal/signal.h"
#include "stack/stack.h"

/* Of the page boundaries of xs_place_boundary(): right behind the XSAVE header. */
#define BOUNDARY_USUAL 1u
/* Than the signal's delay: time for a sender on another CPU to wake up and send. */
#define HOLD_LONGER_US 1000u

/* Every row in the repertoire. */
static void fit_rows(struct xs_case *c, const struct xs_case *initial,
		     const struct xs_repertoire *r)
{
	const uint32_t kinds = xs_pressures_allowed(r);

	if (!(r->signals >> c->signal & 1))
		c->signal = initial->signal;
	if (!(r->handlers >> c->handler & 1))
		c->handler = initial->handler;
	if (!(r->stacks >> c->fault & 1))
		c->fault = initial->fault;
	if (!r->compat)
		c->abi = XS_ABI_X86_64;
	for (uint32_t i = c->pressures; i-- > 0;)
		if (!(kinds >> c->pressure[i].kind & 1))
			xs_pressures_remove(c, i);
}

static void place_boundary(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint8_t missing = c->missing;

	xs_place_boundary(c, r, BOUNDARY_USUAL);
	c->missing = missing;
}

/* A side needs a boundary, and a boundary has to lie inside fpstate. */
static void fit_boundary(struct xs_case *c, const struct xs_repertoire *r)
{
	if (c->fault == XS_STACK_none)
		c->missing = XS_MISSING_ALL;
	if (c->boundary == XS_BOUNDARY_NONE
		    ? xs_missing_is_side(c->missing) || xs_missing_is_side(c->restore)
		    : c->boundary >= xs_repertoire_fpstate(r, c))
		place_boundary(c, r);
}

/* Keys that mean nothing beside the entries chosen go to their defaults. */
static void reset_keys(bool pressure, void *base, const void *initial)
{
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (pressure == (key->section == XS_SECTION_PRESSURE) && !xs_key_applies(key, base))
			memcpy((char *)base + key->offset, (const char *)initial + key->offset,
			       xs_key_bytes(key));
	}
}

/* At least one class that the plan would not leave out. */
static void fit_classes(struct xs_case *c, const struct xs_repertoire *r)
{
	uint32_t classes = xs_plan_worker_classes(c, r->registers);

	c->registers &= r->registers;
	if (!(c->registers & classes))
		c->registers = classes;
	c->init &= r->xsave ? r->registers : 0;
	for (uint32_t i = 0; i < c->pressures; i++) {
		struct xs_case_pressure *p = &c->pressure[i];

		classes = xs_plan_pressure_classes(p->kind, r->registers);
		p->registers &= r->registers;
		if (!(p->registers & classes))
			p->registers = classes;
	}
}

/* A signal that comes when the worker has given up on it shows nothing. */
static void fit_hold(struct xs_case *c)
{
	const uint32_t enough = c->delay_us + HOLD_LONGER_US;

	if (c->hold_us <= c->delay_us)
		c->hold_us = enough < XS_HOLD_MAX_US ? enough : XS_HOLD_MAX_US;
}

static uint32_t tasks(const struct xs_case *c)
{
	uint32_t each = 1u + xs_signals[c->signal]->remote + xs_stacks[c->fault]->resolver;

	for (uint32_t i = 0; i < c->pressures; i++)
		each += c->pressure[i].count;
	return c->workers * each;
}

/* Halve what there is most of. */
static void fit_tasks(struct xs_case *c)
{
	while (tasks(c) > XS_REPAIRED_TASKS_MAX) {
		uint32_t *most = &c->workers;

		for (uint32_t i = 0; i < c->pressures; i++)
			if (c->pressure[i].count > *most)
				most = &c->pressure[i].count;
		*most /= 2;
	}
}

void xs_repair(struct xs_case *c, const struct xs_repertoire *r)
{
	struct xs_case_pressure pressure;
	struct xs_case initial;

	xs_case_default(&initial);
	fit_rows(c, &initial, r);
	xs_schedule_agree(c);
	fit_classes(c, r);
	reset_keys(false, c, &initial);
	for (uint32_t i = 0; i < c->pressures; i++) {
		xs_case_pressure_default(&pressure, c->pressure[i].kind);
		reset_keys(true, &c->pressure[i], &pressure);
	}
	fit_boundary(c, r);
	fit_hold(c);
	fit_tasks(c);
}
