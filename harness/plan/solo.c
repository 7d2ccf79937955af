// SPDX-License-Identifier: GPL-2.0-only
/* One case for each entry of each axis, in the conditions that give it the best chance. */
#include "plan/solo.h"

#include <string.h>

#include "handler/handler.h"
#include "plan/plan.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define XSAVE_HEADER_END 576u

unsigned int xs_nth(uint32_t mask, uint32_t k)
{
	k %= (uint32_t)__builtin_popcount(mask);
	while (k--)
		mask &= mask - 1;
	return (unsigned int)__builtin_ctz(mask);
}

static uint32_t rows_with(uint32_t mask, bool (*has)(unsigned int row), unsigned int rows)
{
	uint32_t with = 0;

	for (unsigned int i = 0; i < rows; i++)
		if ((mask >> i & 1) && has(i))
			with |= 1u << i;
	return with;
}

static bool stack_resolves(unsigned int row)
{
	return xs_stacks[row]->resolver && !xs_stacks[row]->refuses;
}

static bool stack_drops(unsigned int row)
{
	return row != XS_STACK_none && !xs_stacks[row]->refuses;
}

static bool pressure_is_vector(unsigned int row)
{
	return xs_pressures[row]->vector;
}

static bool signal_is_local(unsigned int row)
{
	return !xs_signals[row]->remote;
}

uint32_t xs_rows_resolving(const struct xs_repertoire *r)
{
	return rows_with(r->stacks, stack_resolves, XS_STACKS);
}

uint32_t xs_rows_dropping(const struct xs_repertoire *r)
{
	return rows_with(r->stacks, stack_drops, XS_STACKS);
}

uint32_t xs_rows_local(const struct xs_repertoire *r)
{
	return rows_with(r->signals, signal_is_local, XS_SIGNALS);
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

void xs_add_neighbour(struct xs_case *c, const struct xs_repertoire *r, uint32_t registers)
{
	const uint32_t vector = rows_with(r->pressures, pressure_is_vector, XS_PRESSURES);
	struct xs_case_pressure *p = &c->pressure[c->pressures];

	if (!vector)
		return;
	xs_case_pressure_default(p, xs_nth(vector, 0));
	p->registers = registers;
	c->pressures++;
}

/* What the handler does, with a neighbour that is to come to no harm. */
static void handler(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->handler = (uint8_t)xs_nth(r->handlers, k);
	if (xs_handlers[c->handler]->nests)
		c->depth = 3;
	xs_add_neighbour(c, r, r->registers);
}

static void handler_compat(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	handler(c, r, k);
	c->abi = (uint8_t)(k % 2 ? XS_ABI_IA32_RT : XS_ABI_IA32);
}

static bool stack_shares(unsigned int row)
{
	return xs_stacks[row]->shared && xs_stacks[row]->keeps && !xs_stacks[row]->resolver;
}

/* All of the frame's pages missing before, and any at any time. */
static void share_stack(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint32_t rows = rows_with(r->stacks, stack_shares, XS_STACKS);

	if (!rows)
		return;
	c->fault = (uint8_t)xs_nth(rows, 0);
	xs_place_boundary(c, r, 1);
}

/* Alone: a neighbour would disturb the CPUs that some bugs need undisturbed. */
static void pressure(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	const uint32_t kind = xs_nth(r->pressures, k);
	struct xs_case_pressure *p = &c->pressure[c->pressures++];

	xs_case_pressure_default(p, kind);
	p->registers = xs_pressures[kind]->vector ? r->registers : 0;
	if (xs_pressures[kind]->shared_stack)
		share_stack(c, r);
}

static void pressure_and_neighbour(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	xs_add_neighbour(c, r, r->registers);
	if (!c->pressures || c->pressure[0].kind < xs_nth(r->pressures, k))
		pressure(c, r, k);
}

static void stack(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->fault = (uint8_t)xs_nth(r->stacks, k);
	if (xs_stacks[c->fault]->refuses)
		xs_place_refusing(c);
	else if (c->fault != XS_STACK_none)
		xs_place_boundary(c, r, 1);
	xs_add_neighbour(c, r, r->registers);
}

/* The rest of the frame alone: what the kernel writes when fpstate is done. */
static void stack_below(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->fault = (uint8_t)xs_nth(xs_rows_dropping(r), k);
	c->boundary = 0;
	c->missing = XS_MISSING_LOWER;
	xs_add_neighbour(c, r, r->registers);
}

/*
 * Faults while sigreturn reads fpstate: on all of it, then on the upper part
 * alone; with magic2 moved, so that XRSTOR itself faults, and as it is.
 */
static void restore(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	const uint32_t keeping = rows_with(r->stacks, xs_stack_restores, XS_STACKS);

	c->fault = (uint8_t)xs_nth(keeping, k / 2);
	xs_place_boundary(c, r, 1);
	c->restore = k % 2 ? XS_MISSING_UPPER : XS_MISSING_ALL;
	if (r->handlers >> XS_HANDLER_edit_tail & 1)
		c->handler = XS_HANDLER_edit_tail;
	xs_add_neighbour(c, r, r->registers);
}

static void source(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->signal = (uint8_t)xs_nth(r->signals, k);
	if (r->handlers >> XS_HANDLER_clobber & 1)
		c->handler = XS_HANDLER_clobber;
	xs_add_neighbour(c, r, r->registers);
}

/* One class, all others in init state: none may come back as something else. */
static void class(struct xs_case *c, const struct xs_repertoire *r, uint32_t k)
{
	c->registers = 1u << xs_nth(r->registers, k);
	if (r->xsave)
		c->init = r->registers & ~c->registers;
	if (r->handlers >> XS_HANDLER_clobber & 1)
		c->handler = XS_HANDLER_clobber;
	xs_add_neighbour(c, r, r->registers);
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
		{ rows(r->pressures), pressure },
		{ rows(r->handlers), handler },
		{ rows(r->stacks), stack },
		{ r->compat ? rows(r->handlers) : 0, handler_compat },
		{ 2 * rows(rows_with(r->stacks, xs_stack_restores, XS_STACKS)), restore },
		{ rows(r->registers), class },
		{ rows(r->signals), source },
		{ rows(r->pressures), pressure_and_neighbour },
		{ rows(xs_rows_dropping(r)), stack_below },
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
	c->registers = r->registers;
	c->signal = (uint8_t)xs_nth(xs_rows_local(r) ? xs_rows_local(r) : r->signals, 0);
	if (!(r->stacks >> c->fault & 1))
		c->fault =
			(uint8_t)xs_nth(xs_rows_dropping(r) ? xs_rows_dropping(r) : r->stacks, 0);
	axes[axis].make(c, r, k);
}

/* Pages may go at any time only where they keep what they hold. */
static void drop_shared_stack(struct xs_case *c)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < c->pressures; i++)
		if (!xs_pressures[c->pressure[i].kind]->shared_stack)
			c->pressure[kept++] = c->pressure[i];
	while (c->pressures > kept)
		memset(&c->pressure[--c->pressures], 0, sizeof(c->pressure[0]));
}

void xs_schedule_agree(struct xs_case *c)
{
	const struct xs_handler_action *action = xs_handlers[c->handler];

	if (xs_stacks[c->fault]->refuses)
		xs_place_refusing(c);
	if (!xs_stacks[c->fault]->shared || !xs_stacks[c->fault]->keeps)
		drop_shared_stack(c);
	if (action->forks && xs_stacks[c->fault]->shared)
		c->handler = XS_HANDLER_return;
	if (action->x86_64 || xs_signals[c->signal]->x86_64)
		c->abi = XS_ABI_X86_64;
	if (action->rt && c->abi == XS_ABI_IA32)
		c->abi = XS_ABI_IA32_RT;
	/* What neither a 32-bit frame nor a forked child holds is no case for it. */
	if (c->registers && !xs_plan_worker_classes(c, c->registers))
		c->abi = XS_ABI_X86_64;
	if (c->registers && !xs_plan_worker_classes(c, c->registers))
		c->handler = XS_HANDLER_return;
	if (xs_signals[c->signal]->aborts) /* into the loop, not into a worker that has yielded */
		c->signal_place = XS_PLACE_L3;
}
