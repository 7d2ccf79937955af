// SPDX-License-Identifier: GPL-2.0-only
/* Builds the cases that check runs. */
#include <stdbool.h>
#include <stdio.h>

#include "plan/schedule.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define XSAVE_HEADER_END 576u
/* How long a resolver waits for a neighbour to use the CPU. */
#define FAULT_HOLD_US 2000u
/* The last of the first cases. */
#define HEADSTART 4u

/* The @k-th of the rows in @mask, cyclically; @mask is not 0. */
static unsigned int nth(uint32_t mask, uint32_t k)
{
	k %= (uint32_t)__builtin_popcount(mask);
	while (k--)
		mask &= mask - 1;
	return (unsigned int)__builtin_ctz(mask);
}

/* A number for axis @axis of case @n: splitmix64's finaliser. */
static uint32_t pick(uint32_t n, uint32_t axis, uint32_t choices)
{
	uint64_t x = ((uint64_t)n << 8 | axis) + 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((x ^ x >> 31) % choices);
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
	return xs_stacks[row]->resolver;
}

static bool pressure_is_vector(unsigned int row)
{
	return xs_pressures[row]->vector;
}

static bool signal_is_local(unsigned int row)
{
	return !xs_signals[row]->remote;
}

/*
 * A boundary behind the XSAVE header leaves the page that the kernel clears
 * first present, and makes XSAVE itself fault; one before it makes the header
 * fault. Which of the two matters depends on the bug.
 */
static void place_boundary(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t last = (r->fpstate_bytes - 1) & ~(XS_BOUNDARY_STEP - 1);
	const uint32_t candidates[] = { XSAVE_HEADER_END,
					XSAVE_HEADER_END + XS_BOUNDARY_STEP,
					(XSAVE_HEADER_END + last) / 2 & ~(XS_BOUNDARY_STEP - 1),
					last,
					256,
					512 };
	const uint32_t boundary = candidates[n % (sizeof(candidates) / sizeof(candidates[0]))];

	c->boundary = boundary <= last ? boundary : 256;
	c->missing = XS_MISSING_UPPER;
}

static void add_pressure(struct xs_case *c, unsigned int kind, uint32_t registers, uint32_t n)
{
	struct xs_case_pressure *p = &c->pressure[c->pressures++];

	xs_case_pressure_default(p, kind);
	p->registers = xs_pressures[kind]->vector ? registers : 0;
	if (xs_pressures[kind]->vector && n >= HEADSTART) {
		p->hold = (uint8_t)pick(n, 20, XS_HOLDS);
		p->period_us = pick(n, 21, 3) ? 0 : 100;
	}
}

/* Long faults and a neighbour with every register, on the same CPU. */
static void headstart(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t resolving = rows_with(r->stacks, stack_resolves, XS_STACKS);
	const uint32_t others = r->stacks & ~resolving & ~(1u << XS_STACK_none);
	const uint32_t local = rows_with(r->signals, signal_is_local, XS_SIGNALS);
	const uint32_t vector = rows_with(r->pressures, pressure_is_vector, XS_PRESSURES);

	c->registers = r->registers;
	c->signal = (uint8_t)nth(local ? local : r->signals, 0);
	if (resolving && (n % 2 == 0 || !others))
		c->fault = (uint8_t)nth(resolving, 0);
	else
		c->fault = (uint8_t)nth(others ? others : r->stacks, 0);
	if (n < 2 && c->fault != XS_STACK_none)
		place_boundary(c, r, 1);
	if (vector)
		add_pressure(c, nth(vector, 0), r->registers, n);
}

/*
 * Fault methods turn over fastest; every round of them takes the next signal
 * source and the next handler, so that all pairs have met after a few rounds.
 */
static void crossed(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t round = (n - HEADSTART) / (uint32_t)__builtin_popcount(r->stacks);
	uint32_t classes = r->registers;

	/* All classes two times in three, else one alone. */
	if (pick(n, 0, 3) == 0)
		classes = 1u << nth(r->registers, pick(n, 1, 32));
	c->registers = classes;
	c->fault = (uint8_t)nth(r->stacks, n - HEADSTART);
	c->signal = (uint8_t)nth(r->signals, round);
	c->handler = (uint8_t)(round % XS_HANDLERS);
	c->delay_us = pick(n, 4, 3) * 10;
	c->workers = r->cpus > 1 ? 1 + pick(n, 5, 2) : 1;
	c->hold = (uint8_t)(pick(n, 6, 4) == 0);
	if (c->fault != XS_STACK_none && pick(n, 7, 2)) {
		place_boundary(c, r, pick(n, 8, 6));
		c->missing = (uint8_t)pick(n, 9, XS_MISSINGS);
	}
	for (uint32_t kind = 0; kind < XS_PRESSURES && c->pressures < XS_CASE_PRESSURES; kind++)
		if ((r->pressures >> kind & 1) && pick(n, 10 + kind, 5) < 2)
			add_pressure(c, kind, pick(n, 22, 2) ? r->registers : classes, n);
}

void xs_schedule(struct xs_case *c, const struct xs_repertoire *r, uint32_t n, uint32_t slice_ms)
{
	xs_case_default(c);
	snprintf(c->name, sizeof(c->name), "check-%u", n);
	c->duration_ms = slice_ms;
	c->seed = n + 1;
	if (n < HEADSTART)
		headstart(c, r, n);
	else
		crossed(c, r, n);
	if (xs_stacks[c->fault]->resolver)
		c->fault_hold_us = FAULT_HOLD_US;
}
