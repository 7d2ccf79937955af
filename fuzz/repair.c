// SPDX-License-Identifier: GPL-2.0-only
/* Makes a case that was put together from parts one that this machine can run. */
#include <string.h>

#include "case/schema.h"
#include "fuzz/mutate.h"
#include "plan/plan.h"
#include "plan/solo.h"
#include "reduce/simplify.h"

/* Of the page boundaries of xs_place_boundary(): right behind the XSAVE header. */
#define BOUNDARY_USUAL 1u
/* Than the signal's delay: time for a sender on another CPU to wake up and send. */
#define HOLD_LONGER_US 1000u

/* Every row in the repertoire. */
static void fit_rows(struct xs_case *c, const struct xs_case *initial,
		     const struct xs_repertoire *r)
{
	const uint32_t kinds =
		xs_rows(XS_AXIS_PRESSURE, r->rows[XS_AXIS_PRESSURE], 0, XS_PRESSURE_ASKS);
	uint32_t denied = 0;

	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];
		uint8_t *row = (uint8_t *)c + key->offset;

		if (key->form == XS_FORM_ROW && key->section != XS_SECTION_PRESSURE &&
		    !(r->rows[key->axis] >> *row & 1))
			*row = ((const uint8_t *)initial)[key->offset];
	}
	for (uint32_t i = 0; i < c->pressures; i++) {
		struct xs_case_pressure *p = &c->pressure[i];

		if (!(kinds >> p->kind & 1))
			denied |= 1u << i;
		if (!(r->rows[XS_AXIS_HOLD] >> p->hold & 1))
			p->hold = initial->hold;
	}
	xs_case_drop_pressure(c, denied);
	c->registers &= r->rows[XS_AXIS_STATE];
	if (!c->registers)
		c->registers = r->rows[XS_AXIS_STATE];
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
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS)
		c->missing = XS_MISSING_ALL;
	if (c->boundary == XS_BOUNDARY_NONE
		    ? xs_missing_is_side(c->missing) || xs_missing_is_side(c->restore)
	    : xs_boundary_is_below(c->boundary) ? !(xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)
						: c->boundary >= xs_repertoire_fpstate(r, c))
		place_boundary(c, r);
	/* Nothing that sigreturn reads need lie there. */
	if (xs_boundary_is_below(c->boundary) && c->restore == XS_MISSING_LOWER)
		c->restore = XS_MISSING_ALL;
}

/* At least one class that the plan would not leave out. */
static void fit_classes(struct xs_case *c, const struct xs_repertoire *r)
{
	uint32_t classes = xs_plan_worker_classes(c, r->rows[XS_AXIS_STATE]);

	if (!(c->registers & classes))
		c->registers = classes;
	c->init &= r->xsave ? r->rows[XS_AXIS_STATE] : 0;
	for (uint32_t i = 0; i < c->pressures; i++) {
		struct xs_case_pressure *p = &c->pressure[i];

		classes = xs_plan_pressure_classes(p->kind, r->rows[XS_AXIS_STATE]);
		p->registers &= r->rows[XS_AXIS_STATE];
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

/* Halve what there is most of. */
static void fit_tasks(struct xs_case *c)
{
	while (c->workers * xs_plan_tasks_each(c) > XS_REPAIRED_TASKS_MAX) {
		uint32_t *most = &c->workers;

		for (uint32_t i = 0; i < c->pressures; i++)
			if (c->pressure[i].count > *most)
				most = &c->pressure[i].count;
		*most /= 2;
	}
}

void xs_repair(struct xs_case *c, const struct xs_repertoire *r)
{
	struct xs_case initial;

	xs_repertoire_default(r, &initial);
	fit_rows(c, &initial, r);
	xs_schedule_agree(c, r);
	fit_classes(c, r);
	xs_case_reset(c);
	fit_boundary(c, r);
	fit_hold(c);
	fit_tasks(c);
}
