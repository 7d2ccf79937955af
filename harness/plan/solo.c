// SPDX-License-Identifier: GPL-2.0-only
/* One case for each entry of each axis, in the conditions that give it the best chance. */
#include "plan/solo.h"

#include <string.h>

#include "plan/plan.h"

#define XSAVE_HEADER_END 576u

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

/* The first row of the repertoire that has a flag; else what is there stays. */
static void take_first(uint8_t *row, const struct xs_repertoire *r, enum xs_axis_id axis,
		       uint32_t flag)
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
static void handler(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->handler = xs_nth(r->rows[XS_AXIS_HANDLER], k);
	if (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_NESTS)
		c->depth = 3;
	xs_add_neighbour(c, r);
}

static void handler_compat(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	handler(c, r, k);
	c->abi = xs_nth(xs_some(r, XS_AXIS_ABI, XS_ABI_COMPAT, 0), k);
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
static void pressure(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	const uint32_t kind = xs_nth(r->rows[XS_AXIS_PRESSURE], k);

	add_pressure(c, r, kind);
	if (xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_EVICTS)
		share_stack(c, r);
}

static void pressure_and_neighbour(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	xs_add_neighbour(c, r);
	if (!c->pressures || c->pressure[0].kind < xs_nth(r->rows[XS_AXIS_PRESSURE], k))
		pressure(c, r, k);
}

static void stack(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->fault = xs_nth(r->rows[XS_AXIS_STACK], k);
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES)
		xs_place_refusing(c);
	else if (!(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS))
		xs_place_boundary(c, r, 1);
	xs_add_neighbour(c, r);
}

/* The rest of the frame alone: what the kernel writes when fpstate is done. */
static void stack_below(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->fault = xs_nth(xs_dropping(r), k);
	c->boundary = 0;
	c->missing = XS_MISSING_LOWER;
	xs_add_neighbour(c, r);
}

/*
 * Faults while sigreturn reads fpstate: on all of it, then on the upper part
 * alone; with magic2 moved, so that XRSTOR itself faults, and as it is.
 */
static void restore(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->fault = xs_nth(xs_some(r, XS_AXIS_STACK, XS_STACK_RESTORES, 0), k / 2);
	xs_place_boundary(c, r, 1);
	c->restore = k % 2 ? XS_MISSING_UPPER : XS_MISSING_ALL;
	take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_LOWERS);
	xs_add_neighbour(c, r);
}

static void source(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->signal = xs_nth(r->rows[XS_AXIS_SIGNAL], k);
	take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
	xs_add_neighbour(c, r);
}

/* One class, all others in init state: none may come back as something else. */
static void class(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->registers = 1u << xs_nth(r->rows[XS_AXIS_STATE], k);
	if (r->xsave)
		c->init = r->rows[XS_AXIS_STATE] & ~c->registers;
	take_first(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
	xs_add_neighbour(c, r);
}

static uint32_t rows(uint32_t mask)
{
	return (uint32_t)__builtin_popcount(mask);
}

#define AXES 9u

/* How many cases an axis has, and what makes them. */
struct axis {
	uint32_t count;
	void (*make)(struct xs_case *c, const struct xs_repertoire *r, uint32_t k);
};

static void list_axes(struct axis axes[AXES], const struct xs_repertoire *r)
{
	const struct axis all[AXES] = {
		{ rows(r->rows[XS_AXIS_PRESSURE]), pressure },
		{ rows(r->rows[XS_AXIS_HANDLER]), handler },
		{ rows(r->rows[XS_AXIS_STACK]), stack },
		{ xs_some(r, XS_AXIS_ABI, XS_ABI_COMPAT, 0) ? rows(r->rows[XS_AXIS_HANDLER]) : 0,
		  handler_compat },
		{ 2 * rows(xs_some(r, XS_AXIS_STACK, XS_STACK_RESTORES, 0)), restore },
		{ rows(r->rows[XS_AXIS_STATE]), class },
		{ rows(r->rows[XS_AXIS_SIGNAL]), source },
		{ rows(r->rows[XS_AXIS_PRESSURE]), pressure_and_neighbour },
		{ rows(xs_dropping(r)), stack_below },
	};

	memcpy(axes, all, sizeof(all));
}

uint32_t xs_solos(const struct xs_repertoire *r)
{
	struct axis axes[AXES];
	uint32_t sum = 0;

	list_axes(axes, r);
	for (uint32_t i = 0; i < AXES; i++)
		sum += axes[i].count;
	return sum;
}

void xs_solo(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	struct axis axes[AXES];
	uint32_t axis = 0, k = 0;

	list_axes(axes, r);
	/* The axes in turn: the k-th of each that has so many. */
	for (;; axis = (axis + 1) % AXES, k += axis == 0)
		if (k < axes[axis].count && n-- == 0)
			break;
	c->registers = r->rows[XS_AXIS_STATE];
	c->signal = xs_local(r);
	if (!(r->rows[XS_AXIS_STACK] >> c->fault & 1))
		c->fault = xs_nth(xs_dropping(r) ? xs_dropping(r) : r->rows[XS_AXIS_STACK], 0);
	axes[axis].make(c, r, k);
}

/* Pages may go at any time only where they keep what they hold. */
static void drop_shared_stack(struct xs_case *c)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < c->pressures; i++)
		if (!(xs_flags(XS_AXIS_PRESSURE, c->pressure[i].kind) & XS_PRESSURE_EVICTS))
			c->pressure[kept++] = c->pressure[i];
	while (c->pressures > kept)
		memset(&c->pressure[--c->pressures], 0, sizeof(c->pressure[0]));
}

/* The usual row of an axis if it has none of the flags, else the first that has not; or the same.
 */
static void take_without(uint8_t *row, const struct xs_repertoire *r, enum xs_axis_id axis,
			 uint32_t flags)
{
	const uint32_t rows = xs_some(r, axis, 0, flags);
	const uint8_t usual = xs_repertoire_usual(r, axis);

	if (rows)
		*row = rows >> usual & 1 ? usual : xs_nth(rows, 0);
}

/* Whether a child of the handler would share the stack, or get no class of the case. */
static bool fork_fails(const struct xs_case *c)
{
	const uint32_t fault = xs_flags(XS_AXIS_STACK, c->fault);

	if (!(xs_flags(XS_AXIS_HANDLER, c->handler) & XS_FORKS))
		return false;
	return (fault & XS_STACK_SHARED) ||
	       (c->registers && !xs_rows(XS_AXIS_STATE, c->registers, 0, XS_STATE_DYNAMIC));
}

/*
 * A handler gives way before a frame does, since another one may need 64-bit frames; and those go
 * together with everything.
 */
void xs_schedule_agree(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint32_t source = xs_flags(XS_AXIS_SIGNAL, c->signal);
	const uint32_t fault = xs_flags(XS_AXIS_STACK, c->fault);
	uint32_t action;

	if (fault & XS_STACK_REFUSES)
		xs_place_refusing(c);
	if (!(fault & XS_STACK_SHARED) || !(fault & XS_STACK_KEEPS))
		drop_shared_stack(c);
	if (fork_fails(c))
		take_without(&c->handler, r, XS_AXIS_HANDLER, XS_FORKS);
	action = xs_flags(XS_AXIS_HANDLER, c->handler);
	if ((action | source | fault | xs_flags(XS_AXIS_HOLD, c->hold)) & XS_X86_64)
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
	if ((action & XS_HANDLER_RT) && (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)) {
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
		take_first(&c->abi, r, XS_AXIS_ABI, XS_ABI_RT);
	}
	/* What a 32-bit frame does not hold is no case for it. */
	if (c->registers && !xs_plan_worker_classes(c, c->registers))
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
	if (source & XS_SIGNAL_ABORTS) /* into the loop, not into a worker that has yielded */
		c->signal_place = XS_PLACE_L3;
}
