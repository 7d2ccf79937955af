// SPDX-License-Identifier: GPL-2.0-only
/* Builds the cases that check runs. */
#include "plan/schedule.h"

#include <stdio.h>

#include "plan/plan.h"
#include "plan/solo.h"

/* The last of the first cases. */
#define HEADSTART 4u
/* A solo case's part of the slice, and the least that it gets. */
#define SOLO_SHARE  5u
#define SOLO_MIN_MS 50u
/* The part of its time after which a case may end that has its evidence. */
#define EARLY 4u
/* How much of it those get at most that have not. */
#define LATE 3u

uint32_t xs_repertoire_fpstate(const struct xs_repertoire *r, const struct xs_case *c)
{
	const bool grown = c->registers & xs_plan_worker_classes(c, r->dynamic);

	return grown || !r->dynamic ? r->fpstate_bytes : r->fpstate_least_bytes;
}

uint8_t xs_repertoire_usual(const struct xs_repertoire *r, enum xs_axis_id axis)
{
	const uint32_t usual = xs_some(r, axis, XS_DEFAULT, 0);

	return xs_nth(usual ? usual : r->rows[axis], 0);
}

void xs_repertoire_default(const struct xs_repertoire *r, struct xs_case *c)
{
	xs_case_default(c);
	c->registers = 1u << xs_repertoire_usual(r, XS_AXIS_STATE);
	c->hold = xs_repertoire_usual(r, XS_AXIS_HOLD);
	c->signal = xs_repertoire_usual(r, XS_AXIS_SIGNAL);
	c->handler = xs_repertoire_usual(r, XS_AXIS_HANDLER);
	c->abi = xs_repertoire_usual(r, XS_AXIS_ABI);
	c->fault = xs_repertoire_usual(r, XS_AXIS_STACK);
	xs_schedule_agree(c, r);
}

/* Long faults and a neighbour with every register, on the same CPU. */
static void headstart(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t resolving = xs_some(r, XS_AXIS_STACK, XS_STACK_RESOLVER, XS_STACK_REFUSES);
	const uint32_t others = xs_dropping(r) & ~resolving;

	c->registers = r->rows[XS_AXIS_STATE];
	c->signal = xs_local(r);
	if (resolving && (n % 2 == 0 || !others))
		c->fault = xs_nth(resolving, 0);
	else
		c->fault = xs_nth(others ? others : r->rows[XS_AXIS_STACK], 0);
	if (n < 2 && !(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS))
		xs_place_boundary(c, r, 1);
	xs_add_neighbour(c, r);
}

/* A number for axis @axis of case @n: splitmix64's finaliser. */
static uint32_t pick(uint32_t n, uint32_t axis, uint32_t choices)
{
	uint64_t x = ((uint64_t)n << 8 | axis) + 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((x ^ x >> 31) % choices);
}

/* All classes, one alone, or some, the others in init state; perhaps in a few registers only. */
static void choose_registers(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	c->registers = r->rows[XS_AXIS_STATE];
	if (pick(n, 0, 3) == 0)
		c->registers = 1u << xs_nth(r->rows[XS_AXIS_STATE], pick(n, 1, 32));
	else if (pick(n, 0, 3) == 1)
		c->registers = pick(n, 1, UINT32_MAX) & r->rows[XS_AXIS_STATE];
	if (!c->registers)
		c->registers = r->rows[XS_AXIS_STATE];
	if (r->xsave && pick(n, 2, 3) == 0)
		c->init = r->rows[XS_AXIS_STATE] & ~c->registers;
	if (pick(n, 3, 4) == 0)
		c->vectors = 1u << pick(n, 23, 16) | 1u;
}

static void choose_stack(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	c->fault = xs_nth(r->rows[XS_AXIS_STACK], n);
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_REFUSES) {
		xs_place_refusing(c);
		if (pick(n, 7, 2))
			xs_place_boundary(c, r, pick(n, 8, XS_BOUNDARIES));
		return;
	}
	if (!(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS) && pick(n, 7, 2)) {
		xs_place_boundary(c, r, pick(n, 8, XS_BOUNDARIES));
		c->missing = (uint8_t)pick(n, 9, XS_MISSING_NONE);
	}
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESTORES && pick(n, 24, 2))
		c->restore = c->boundary == XS_BOUNDARY_NONE
				     ? XS_MISSING_ALL
				     : (uint8_t)pick(n, 25, XS_MISSING_NONE);
}

/* The usual one, or one of the others. */
static uint8_t choose_hold(const struct xs_repertoire *r, bool other, uint32_t n)
{
	const uint32_t others = xs_some(r, XS_AXIS_HOLD, 0, XS_DEFAULT);

	return other && others ? xs_nth(others, n) : xs_repertoire_usual(r, XS_AXIS_HOLD);
}

static void choose_pressures(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t often = 3 * (uint32_t)__builtin_popcount(r->rows[XS_AXIS_PRESSURE]) / 4 + 1;

	for (uint32_t kind = 0;
	     kind < xs_axes[XS_AXIS_PRESSURE].rows && c->pressures < XS_CASE_PRESSURES; kind++) {
		struct xs_case_pressure *p = &c->pressure[c->pressures];

		if (!(r->rows[XS_AXIS_PRESSURE] >> kind & 1) || pick(n, 32 + kind, often) > 1)
			continue;
		xs_case_pressure_default(p, kind);
		c->pressures++;
		if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR))
			continue;
		p->registers = c->registers;
		if (pick(n, 22, 2) || !xs_plan_pressure_classes(kind, c->registers))
			p->registers = r->rows[XS_AXIS_STATE];
		p->hold = choose_hold(r, pick(n, 20, 2), n);
		p->period_us = pick(n, 21, 3) ? 0 : 100;
	}
}

/*
 * Fault methods turn over fastest; every round of them takes the next signal
 * source and the next handler, so that all pairs have met after a few rounds.
 */
static void crossed(struct xs_case *c, const struct xs_repertoire *r, uint32_t n)
{
	const uint32_t round = n / (uint32_t)__builtin_popcount(r->rows[XS_AXIS_STACK]);
	const uint32_t signals = (uint32_t)__builtin_popcount(r->rows[XS_AXIS_SIGNAL]);
	const uint32_t compat = xs_some(r, XS_AXIS_ABI, XS_ABI_COMPAT, 0);

	choose_registers(c, r, n);
	c->signal = xs_nth(r->rows[XS_AXIS_SIGNAL], round);
	c->handler = xs_nth(r->rows[XS_AXIS_HANDLER], round + round / signals);
	choose_stack(c, r, n);
	/* Of all stacks that goes with one: the others have their turn all the same. */
	if ((xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_TOKEN) &&
	    !(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_SHADOW))
		c->handler = xs_repertoire_usual(r, XS_AXIS_HANDLER);
	if (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_NESTS)
		c->depth = 1 + pick(n, 27, XS_DEPTH_MAX);
	if (compat && pick(n, 28, 3) == 0)
		c->abi = xs_nth(compat, pick(n, 29, 2));
	/* In FSAVE's header, or where it begins. */
	if (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT && !c->boundary)
		c->boundary -= pick(n, 30, 3) * XS_BOUNDARY_STEP;
	c->delay_us = pick(n, 4, 3) * 10;
	c->workers = r->cpus > 1 ? 1 + pick(n, 5, 2) : 1;
	if (c->workers > 1)
		c->as = (uint8_t)pick(n, 30, XS_ASES);
	c->hold = choose_hold(r, pick(n, 6, 4) == 0, n);
	choose_pressures(c, r, n);
}

/* Whether all that runs beside the workers is there from the first signal to the last. */
static bool steady(const struct xs_case *c)
{
	for (uint32_t i = 0; i < c->pressures; i++)
		if (!(xs_flags(XS_AXIS_PRESSURE, c->pressure[i].kind) & XS_PRESSURE_PLAIN))
			return false;
	return true;
}

/*
 * What is there shows soon, or in other conditions, and what comes and goes
 * takes longer; both take longer on a slower machine. A race with another CPU is
 * a matter of time. Return: as xs_schedule().
 */
static uint32_t alone(struct xs_case *c, const struct xs_repertoire *r, uint32_t n,
		      uint32_t slice_ms)
{
	const uint32_t share_ms = slice_ms / SOLO_SHARE;
	const uint32_t usual_ms = share_ms > SOLO_MIN_MS ? share_ms : SOLO_MIN_MS;

	xs_solo(c, r, n);
	if (c->pressures == 1 &&
	    (xs_flags(XS_AXIS_PRESSURE, c->pressure[0].kind) & XS_PRESSURE_EVICTS))
		return slice_ms;
	c->duration_ms = LATE * usual_ms;
	return steady(c) ? usual_ms / EARLY : usual_ms;
}

uint32_t xs_schedule_solos(const struct xs_repertoire *r)
{
	return HEADSTART + xs_solos(r);
}

uint32_t xs_schedule(struct xs_case *c, const struct xs_repertoire *r, uint32_t n,
		     uint32_t slice_ms)
{
	const uint32_t solos = xs_solos(r);
	uint32_t least_ms = slice_ms;

	xs_repertoire_default(r, c);
	snprintf(c->name, sizeof(c->name), "check-%u", n);
	c->duration_ms = slice_ms;
	c->seed = n + 1;
	if (n < HEADSTART) {
		headstart(c, r, n);
		least_ms = slice_ms / EARLY;
	} else if (n < HEADSTART + solos) {
		least_ms = alone(c, r, n - HEADSTART, slice_ms);
	} else {
		crossed(c, r, n - HEADSTART - solos);
	}
	xs_schedule_agree(c, r);
	return least_ms;
}
