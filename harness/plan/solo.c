// SPDX-License-Identifier: GPL-2.0-only
/* One case for each entry of each axis, in the conditions that give it the best chance. */
#include "plan/solo.h"

#include <string.h>

#include "case/schema.h"
#include "plan/plan.h"

#define XSAVE_HEADER_END 576u
#define HOLD_US		 100u /* for some turns of a hold */

uint8_t xs_nth(uint32_t mask, uint32_t k)
{
	k %= (uint32_t)__builtin_popcount(mask);
	while (k--)
		mask &= mask - 1;
	return (uint8_t)__builtin_ctz(mask);
}

uint32_t xs_some(const struct xs_repertoire *r, enum xs_axis_id axis, uint32_t with,
		 uint32_t without)
{
	return xs_rows(axis, r->rows[axis], with, without);
}

uint32_t xs_dropping(const struct xs_repertoire *r)
{
	return xs_some(r, XS_AXIS_STACK, 0, XS_STACK_STAYS | XS_STACK_REFUSES);
}

uint8_t xs_local(const struct xs_repertoire *r)
{
	const uint32_t local = xs_some(r, XS_AXIS_SIGNAL, 0, XS_SIGNAL_REMOTE);

	return xs_nth(local ? local : r->rows[XS_AXIS_SIGNAL], 0);
}

void xs_take_first(uint8_t *row, const struct xs_repertoire *r, enum xs_axis_id axis, uint32_t flag)
{
	const uint32_t rows = xs_some(r, axis, flag, 0);

	if (rows)
		*row = xs_nth(rows, 0);
}

/*
 * A boundary behind the XSAVE header leaves the page that the kernel clears
 * first present, and makes XSAVE itself fault; one before it makes the header
 * fault. Which of the two matters depends on the bug.
 */
void xs_place_boundary(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t bytes = xs_repertoire_fpstate(r, c);
	const uint32_t last = (bytes - 1) & ~(XS_BOUNDARY_STEP - 1);
	const uint32_t candidates[] = { XSAVE_HEADER_END,
					XSAVE_HEADER_END + XS_BOUNDARY_STEP,
					(XSAVE_HEADER_END + last) / 2 & ~(XS_BOUNDARY_STEP - 1),
					last,
					256,
					512,
					0 };
	const uint32_t boundary = candidates[n % (sizeof(candidates) / sizeof(candidates[0]))];

	c->boundary = boundary <= last ? boundary : 256;
	c->missing = XS_MISSING_UPPER;
}

void xs_place_refusing(struct xs_case *c)
{
	c->boundary = 0;
	c->missing = XS_MISSING_LOWER;
}

/* A further pressure of the case, with all registers if it holds any. */
static void add_pressure(struct xs_case *c, const struct xs_repertoire *r, uint32_t kind)
{
	struct xs_case_pressure *p = &c->pressure[c->pressures++];

	xs_case_pressure_default(p, kind);
	if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR))
		return;
	p->registers = r->rows[XS_AXIS_STATE];
	p->hold = xs_repertoire_usual(r, XS_AXIS_HOLD);
}

void xs_add_neighbour(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint32_t vector = xs_some(r, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0);

	if (vector)
		add_pressure(c, r, xs_nth(vector, 0));
}

/* What the handler does, with a neighbour that is to come to no harm. */
static void handler(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->handler = row;
	if (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_NESTS)
		c->depth = 3;
	xs_add_neighbour(c, r);
}

static void handler_compat(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	handler(c, r, row);
	c->abi = xs_nth(xs_some(r, XS_AXIS_ABI, XS_ABI_COMPAT, 0), row);
}

/* All of the frame's pages missing before, and any at any time. */
static void share_stack(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint32_t rows =
		xs_some(r, XS_AXIS_STACK, XS_STACK_SHARED | XS_STACK_KEEPS, XS_STACK_RESOLVER);

	if (!rows)
		return;
	c->fault = xs_nth(rows, 0);
	xs_place_boundary(c, r, 1);
}

/* Alone: a neighbour would disturb the CPUs that some bugs need undisturbed. */
static void pressure(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	add_pressure(c, r, row);
	if (xs_flags(XS_AXIS_PRESSURE, row) & XS_PRESSURE_EVICTS)
		share_stack(c, r);
}

static void pressure_and_neighbour(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	xs_add_neighbour(c, r);
	if (!c->pressures || c->pressure[0].kind < row)
		pressure(c, r, row);
}

static void stack(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->fault = row;
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES)
		xs_place_refusing(c);
	else if (!(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS))
		xs_place_boundary(c, r, 1);
	xs_add_neighbour(c, r);
}

/* The rest of the frame alone: what the kernel writes when fpstate is done. */
static void stack_below(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->fault = row;
	c->boundary = 0;
	c->missing = XS_MISSING_LOWER;
	xs_add_neighbour(c, r);
}

/* A frame that is given up when a part of fpstate is written. */
static void stack_inside(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->fault = row;
	xs_place_boundary(c, r, 1);
	xs_add_neighbour(c, r);
}

/* Faults while sigreturn reads fpstate, with magic2 moved, so that XRSTOR itself faults. */
static void restore(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	stack_inside(c, r, row);
	c->restore = XS_MISSING_ALL;
	xs_take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_LOWERS);
}

/* Of the upper part alone. */
static void restore_upper(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	restore(c, r, row);
	c->restore = XS_MISSING_UPPER;
}

static void source(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->signal = row;
	xs_take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
	xs_add_neighbour(c, r);
}

/* One class, all others in init state: none may come back as something else. */
static void class(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->registers = 1u << row;
	if (r->xsave)
		c->init = r->rows[XS_AXIS_STATE] & ~c->registers;
	xs_take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
	xs_add_neighbour(c, r);
}

/* What a worker does until its signal comes, and its neighbour, too: both need time for it. */
static void hold(struct xs_case *c, const struct xs_repertoire *r, uint8_t row)
{
	c->hold = row;
	c->delay_us = HOLD_US;
	xs_take_first(&c->signal, r, XS_AXIS_SIGNAL, XS_SIGNAL_LATER);
	xs_take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
	xs_add_neighbour(c, r);
	if (!c->pressures)
		return;
	c->pressure[0].hold = row;
	if (xs_flags(XS_AXIS_HOLD, row) & XS_HOLD_CORE)
		c->pressure[0].place = XS_PLACE_SMT;
}

#define LISTS 14u

/* What comes first: what is new in kernels, every entry once, entries in further conditions. */
enum { NEW, ONCE, FURTHER, ROUNDS };

/* A case for each of some rows of an axis. Rows that are new in kernels come in the first round. */
struct list {
	enum xs_axis_id axis;
	uint8_t round; /* of the others */
	uint32_t rows;
	void (*make)(struct xs_case *c, const struct xs_repertoire *r, uint8_t row);
};

static void list_all(struct list lists[LISTS], const struct xs_repertoire *r)
{
	const uint32_t *rows = r->rows;
	const uint32_t restores = xs_some(r, XS_AXIS_STACK, XS_STACK_RESTORES, 0);
	const uint32_t vectors = xs_some(r, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0);
	/* The neighbour of many cases, and its like, are not to hold up the others. */
	const uint32_t plain = xs_some(r, XS_AXIS_PRESSURE, XS_PRESSURE_PLAIN, 0);
	const uint32_t others = rows[XS_AXIS_PRESSURE] & ~plain, first = vectors & -vectors;
	const bool compat = xs_some(r, XS_AXIS_ABI, XS_ABI_COMPAT, 0);
	/* Without those that would be cases of another list once more. */
	const struct list all[LISTS] = {
		{ XS_AXIS_STACK, ONCE, xs_some(r, XS_AXIS_STACK, 0, XS_DEFAULT), stack },
		{ XS_AXIS_HANDLER, ONCE, rows[XS_AXIS_HANDLER], handler },
		{ XS_AXIS_STACK, NEW, restores, restore },
		{ XS_AXIS_STACK, NEW, restores, restore_upper },
		{ XS_AXIS_STATE, ONCE, rows[XS_AXIS_STATE], class },
		{ XS_AXIS_PRESSURE, ONCE, others, pressure },
		{ XS_AXIS_HOLD, ONCE, xs_some(r, XS_AXIS_HOLD, XS_HOLD_STEPS, 0), hold },
		{ XS_AXIS_HANDLER, FURTHER, compat ? xs_some(r, XS_AXIS_HANDLER, 0, XS_X86_64) : 0,
		  handler_compat },
		{ XS_AXIS_SIGNAL, ONCE, rows[XS_AXIS_SIGNAL], source },
		{ XS_AXIS_PRESSURE, FURTHER, others & ~first, pressure_and_neighbour },
		{ XS_AXIS_STACK, FURTHER, xs_dropping(r), stack_below },
		{ XS_AXIS_STACK, FURTHER,
		  xs_some(r, XS_AXIS_STACK, XS_STACK_REFUSES, XS_STACK_TIGHT), stack_inside },
		{ XS_AXIS_PRESSURE, ONCE, plain, pressure },
		{ XS_AXIS_PRESSURE, FURTHER, plain & ~first, pressure_and_neighbour },
	};

	memcpy(lists, all, sizeof(all));
}

/* Those of a list's rows that have their case in a round. */
static uint32_t part(const struct list *l, uint32_t round)
{
	const uint32_t recent = xs_rows(l->axis, l->rows, XS_RECENT, 0);

	return (l->round == round ? l->rows & ~recent : 0) | (round == NEW ? recent : 0);
}

uint32_t xs_solos(const struct xs_repertoire *r)
{
	struct list lists[LISTS];
	uint32_t sum = 0;

	list_all(lists, r);
	for (uint32_t i = 0; i < LISTS; i++)
		sum += (uint32_t)__builtin_popcount(lists[i].rows);
	return sum;
}

/* The lists in turn, the k-th row of each that has so many: the list of the @n-th case; or NULL. */
static const struct list *find(const struct list lists[LISTS], uint32_t round, uint32_t *n,
			       uint8_t *row)
{
	bool more = true;

	for (uint32_t k = 0; more; k++) {
		more = false;
		for (const struct list *l = lists; l < lists + LISTS; l++) {
			const uint32_t rows = part(l, round);

			if (k >= (uint32_t)__builtin_popcount(rows))
				continue;
			more = true;
			*row = xs_nth(rows, k);
			if (!(*n)--)
				return l;
		}
	}
	return NULL;
}

void xs_solo(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	struct list lists[LISTS];
	const struct list *l = NULL;
	uint8_t row = 0;

	list_all(lists, r);
	for (uint32_t round = NEW; !l && round < ROUNDS; round++)
		l = find(lists, round, &n, &row);
	if (!l)
		return;
	c->registers = r->rows[XS_AXIS_STATE];
	c->signal = xs_local(r);
	if (!(r->rows[XS_AXIS_STACK] >> c->fault & 1))
		c->fault = xs_nth(xs_dropping(r) ? xs_dropping(r) : r->rows[XS_AXIS_STACK], 0);
	l->make(c, r, row);
}
