/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers and random valid cases, the same on every machine. */
#ifndef XS_RANDOM_CASE_H
#define XS_RANDOM_CASE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define ALL_STATES (UINT32_MAX >> (32 - XS_STATES))

/* splitmix64, Steele, Lea and Flood 2014: the same cases on every machine. */
static inline uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 to @n - 1, the ends more often than the rest. */
static inline uint32_t below(uint64_t *state, uint64_t n)
{
	uint64_t r = next(state);

	switch (r & 7) {
	case 0:
		return 0;
	case 1:
		return (uint32_t)(n - 1);
	default:
		return (uint32_t)((r >> 3) % n);
	}
}

static inline uint8_t row(uint64_t *state, unsigned int rows)
{
	return (uint8_t)below(state, rows);
}

static inline uint32_t registers(uint64_t *state)
{
	return 1 + below(state, ALL_STATES);
}

static inline void random_name(uint64_t *state, char name[XS_NAME_BYTES])
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
	uint32_t bytes = 1 + below(state, XS_NAME_BYTES - 1), i;

	memset(name, 0, XS_NAME_BYTES);
	for (i = 0; i < bytes; i++)
		name[i] = set[next(state) % (i ? sizeof(set) - 1 : 36)];
}

static inline void random_cpus(uint64_t *state, char cpus[XS_CPUS_BYTES])
{
	uint32_t items = below(state, 6), used = 0;

	if (!items)
		return; /* "auto" */
	memset(cpus, 0, XS_CPUS_BYTES);
	while (items--) {
		uint32_t first = below(state, XS_CPUS_MAX);
		uint32_t last = first + below(state, XS_CPUS_MAX - first);

		used += (uint32_t)snprintf(cpus + used, XS_CPUS_BYTES - used,
					   first == last ? "%u" : "%u-%u", first, last);
		if (items)
			cpus[used++] = ',';
	}
}

static inline void random_pressures(uint64_t *state, struct xs_case *c)
{
	uint8_t kind;

	for (kind = 0; kind < XS_PRESSURES && c->pressures < XS_CASE_PRESSURES; kind++) {
		struct xs_case_pressure *p = &c->pressure[c->pressures];

		if (next(state) % XS_PRESSURES >= 2)
			continue;
		xs_case_pressure_default(p, kind);
		c->pressures++;
		p->count = 1 + below(state, XS_PRESSURE_COUNT_MAX);
		p->place = row(state, XS_PLACES);
		p->period_us = below(state, XS_PERIOD_MAX_US + 1);
		if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR))
			continue;
		p->registers = registers(state);
		p->hold = row(state, XS_HOLDS);
	}
}

/* Any registers, a run of them, or all but some. */
static inline uint32_t random_vectors(uint64_t *state)
{
	const uint32_t first = below(state, XS_VECTORS), last = below(state, XS_VECTORS);
	const uint32_t run = (uint32_t)((2ull << last) - (1ull << first));

	switch (next(state) % 4) {
	case 0:
		return UINT32_MAX;
	case 1:
		return 1 + below(state, UINT32_MAX);
	case 2:
		return last < first ? 1u << first : run;
	default:
		return ~(1u << first | 1u << last);
	}
}

/* @sides: there is a boundary, so that each side of it may be named. */
static inline uint8_t random_restore(uint64_t *state, bool sides)
{
	if (sides)
		return row(state, XS_MISSINGS);
	return next(state) % 2 ? XS_MISSING_ALL : XS_MISSING_NONE;
}

static inline void random_case(uint64_t *state, struct xs_case *c)
{
	xs_case_default(c);
	random_name(state, c->name);
	c->duration_ms = 1 + below(state, XS_DURATION_MAX_MS);
	c->signals = below(state, XS_SIGNALS_MAX + 1);
	c->seed = below(state, 1ull << 32);
	c->workers = 1 + below(state, XS_WORKERS_MAX);
	c->as = (uint8_t)below(state, XS_ASES);
	random_cpus(state, c->cpus);
	c->registers = registers(state);
	c->init = next(state) % 2 ? below(state, ALL_STATES + 1ull) : 0;
	c->vectors = random_vectors(state);
	c->hold = row(state, XS_HOLDS);
	c->hold_us = 1 + below(state, XS_HOLD_MAX_US);
	c->signal = row(state, XS_SIGNALS);
	if (xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE)
		c->signal_place = row(state, XS_PLACES);
	c->delay_us = below(state, XS_DELAY_MAX_US + 1);
	c->handler = row(state, XS_HANDLERS);
	c->abi = row(state, XS_ABIS);
	if (xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_NESTS)
		c->depth = 1 + below(state, XS_DEPTH_MAX);
	c->fault = row(state, XS_STACKS);
	if (next(state) % 2)
		c->boundary =
			XS_BOUNDARY_STEP * below(state, (XS_BOUNDARY_MAX + XS_BOUNDARY_BELOW) /
									XS_BOUNDARY_STEP +
								1) -
			XS_BOUNDARY_BELOW;
	if (!(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS) &&
	    c->boundary != XS_BOUNDARY_NONE)
		c->missing = row(state, XS_MISSING_NONE);
	if ((xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESTORES))
		c->restore = random_restore(state, c->boundary != XS_BOUNDARY_NONE);
	if (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER) {
		c->fault_hold_us = below(state, XS_HOLD_MAX_US + 1);
		c->resolver_place = row(state, XS_PLACES);
	}
	random_pressures(state, c);
}

#endif
