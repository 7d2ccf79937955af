// SPDX-License-Identifier: GPL-2.0-only
/* Changes cases at random, and puts parts of one into another, by the table of their keys. */
#include "fuzz/mutate.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "case/schema.h"
#include "plan/solo.h"
#include "reduce/simplify.h"

#define TRIES  8u  /* to change something, where nothing has changed after the repair */
#define SELDOM 16u /* one pressure of so many may be a slow one, in whose time others have more */

struct mutation {
	struct xs_case *c;
	const struct xs_repertoire *r;
	uint64_t random;
};

/* Any number: splitmix64, Steele, Lea and Flood 2014. */
static uint64_t next(struct mutation *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* From 0 to @n - 1; @n is from 1 to 2^32. */
static uint32_t below(struct mutation *m, uint64_t n)
{
	return (uint32_t)(next(m) % n);
}

/* Whether it may change: how a case is called, how long and where it runs may not. */
static bool is_open(const struct xs_key *key)
{
	if (key->form == XS_FORM_NAME || key->form == XS_FORM_CPUS)
		return false;
	return key->section != XS_SECTION_CASE ||
	       (key->offset != offsetof(struct xs_case, duration_ms) &&
		key->offset != offsetof(struct xs_case, signals));
}

static uint32_t row_of(struct mutation *m, uint32_t mask)
{
	return xs_nth(mask, below(m, (uint32_t)__builtin_popcount(mask)));
}

/* Log-uniform, and rather small: the shortest of three random lengths. */
static uint32_t small_number(struct mutation *m, uint32_t max)
{
	const uint32_t lengths = 33 - (uint32_t)__builtin_clz(max | 1);
	uint32_t bits = below(m, lengths);

	for (uint32_t i = 0; i < 2; i++) {
		const uint32_t other = below(m, lengths);

		bits = other < bits ? other : bits;
	}
	return bits ? 1u << (bits - 1) | below(m, 1ull << (bits - 1)) : 0;
}

static uint64_t near_number(struct mutation *m, uint64_t n)
{
	const uint64_t step = 1 + below(m, n / 4 + 1);

	switch (below(m, 4)) {
	case 0:
		return n * 2;
	case 1:
		return n / 2;
	case 2:
		return n + step;
	default:
		return n > step ? n - step : 0;
	}
}

static uint32_t number(struct mutation *m, const struct xs_key *key, uint32_t old)
{
	const uint32_t roll = below(m, 64);
	uint64_t n;

	if (roll == 0)
		return key->max;
	if (roll < 5)
		return key->min;
	n = roll < 24 ? near_number(m, old) : small_number(m, key->max);
	if (n < key->min)
		return key->min;
	return n > key->max ? key->max : (uint32_t)n;
}

static uint32_t boundary(struct mutation *m)
{
	const uint32_t bytes = xs_repertoire_fpstate(m->r, m->c);
	const uint32_t last = bytes > XS_BOUNDARY_MAX ? XS_BOUNDARY_MAX : bytes - 1;
	struct xs_case usual = *m->c;

	switch (below(m, 4)) {
	case 0:
		return XS_BOUNDARY_NONE;
	case 1:
		if (xs_flags(XS_AXIS_ABI, m->c->abi) & XS_ABI_COMPAT && below(m, 2))
			return 0 - (1 + below(m, XS_BOUNDARY_BELOW / XS_BOUNDARY_STEP)) *
					   XS_BOUNDARY_STEP;
		return below(m, last / XS_BOUNDARY_STEP + 1) * XS_BOUNDARY_STEP;
	default:
		xs_place_boundary(&usual, m->r, below(m, XS_BOUNDARIES));
		return usual.boundary;
	}
}

/* One bit the other way, one alone, all, none or any. */
static uint32_t mask(struct mutation *m, uint32_t old, uint32_t all, bool empty)
{
	uint32_t new;

	switch (below(m, 8)) {
	case 0:
		new = all;
		break;
	case 1:
		new = 1u << row_of(m, all);
		break;
	case 2:
		new = 0;
		break;
	case 3:
		new = all &(uint32_t)next(m);
		break;
	default:
		new = old ^ 1u << row_of(m, all);
		break;
	}
	return new || empty ? new : all;
}

static void mutate_key(struct mutation *m, const struct xs_key *key, void *base)
{
	uint8_t *index = (uint8_t *)base + key->offset;
	uint32_t *n = (uint32_t *)(void *)index;
	uint32_t names = 0;

	switch (key->form) {
	case XS_FORM_NUMBER:
		*n = number(m, key, *n);
		break;
	case XS_FORM_BOUNDARY:
		*n = boundary(m);
		break;
	case XS_FORM_REGISTERS:
		*n = mask(m, *n, m->r->rows[XS_AXIS_STATE], !key->min);
		break;
	case XS_FORM_VECTORS:
		*n = mask(m, *n, UINT32_MAX, false);
		break;
	case XS_FORM_CHOICE:
		do
			names++;
		while (key->names[names]);
		*index = (uint8_t)below(m, names);
		break;
	case XS_FORM_ROW:
		*index = (uint8_t)row_of(m, m->r->rows[key->axis]);
		break;
	case XS_FORM_NAME:
	case XS_FORM_CPUS:
		break;
	}
}

/* Whether anything hangs on the seed: a random place. */
static bool needs_seed(const struct xs_case *c)
{
	struct xs_spot spots[XS_SPOTS_MAX];
	const uint32_t count = xs_spots(c, spots);

	for (const struct xs_spot *s = spots; s < spots + count; s++)
		if (s->key->names == xs_place_names && xs_spot_applies(s, c) &&
		    *(const uint8_t *)xs_spot_field(s, c) == XS_PLACE_RANDOM)
			return true;
	return false;
}

/* Whether a change of the key can change anything. */
static bool matters(const struct xs_case *c, const struct xs_key *key, const void *base)
{
	if (!is_open(key) || !xs_key_applies(key, base))
		return false;
	return key->section != XS_SECTION_CASE || key->offset != offsetof(struct xs_case, seed) ||
	       needs_seed(c);
}

/* One key that means something beside the others; many always do. */
static void mutate_any_key(struct mutation *m)
{
	for (;;) {
		const struct xs_key *key = &xs_keys[below(m, XS_KEYS)];
		void *base = m->c;

		if (key->section == XS_SECTION_PRESSURE) {
			if (!m->c->pressures)
				continue;
			base = &m->c->pressure[below(m, m->c->pressures)];
		}
		if (matters(m->c, key, base)) {
			mutate_key(m, key, base);
			return;
		}
	}
}

/* Another entry of one of the axes. */
static void mutate_entry(struct mutation *m)
{
	const struct xs_key *key;

	do
		key = &xs_keys[below(m, XS_KEYS)];
	while (key->form != XS_FORM_ROW || key->section == XS_SECTION_PRESSURE);
	mutate_key(m, key, m->c);
}

/* A fault whose pages may go at any time, where there is none yet. */
static void share_stack(struct mutation *m)
{
	const uint32_t rows = xs_rows(XS_AXIS_STACK, m->r->rows[XS_AXIS_STACK],
				      XS_STACK_SHARED | XS_STACK_KEEPS, 0);

	if (rows && !(rows >> m->c->fault & 1))
		m->c->fault = (uint8_t)row_of(m, rows);
}

static void add_pressure(struct mutation *m)
{
	uint32_t rows[XS_AXES], kinds;
	struct xs_case_pressure p;

	xs_case_rows(m->c, rows);
	kinds = xs_rows(XS_AXIS_PRESSURE, m->r->rows[XS_AXIS_PRESSURE], 0,
			XS_PRESSURE_ASKS | (below(m, SELDOM) ? XS_PRESSURE_SLOW : 0)) &
		~rows[XS_AXIS_PRESSURE];
	if (!kinds)
		return;
	if (m->c->pressures == XS_CASE_PRESSURES)
		xs_case_drop_pressure(m->c, 1u << below(m, XS_CASE_PRESSURES));
	xs_case_pressure_default(&p, row_of(m, kinds));
	if (xs_flags(XS_AXIS_PRESSURE, p.kind) & XS_PRESSURE_VECTOR)
		p.registers = below(m, 2) ? m->r->rows[XS_AXIS_STATE] : m->c->registers;
	if (xs_flags(XS_AXIS_PRESSURE, p.kind) & XS_PRESSURE_EVICTS)
		share_stack(m);
	xs_case_add_pressure(m->c, &p);
}

static void mutate_pressures(struct mutation *m)
{
	const uint32_t roll = below(m, 3);

	if (roll && m->c->pressures)
		xs_case_drop_pressure(m->c, 1u << below(m, m->c->pressures));
	if (roll < 2)
		add_pressure(m);
}

/* Where the frame lies and which of its pages are missing, before and after. */
static void mutate_pages(struct mutation *m)
{
	if (below(m, 2))
		m->c->fault = (uint8_t)row_of(m, m->r->rows[XS_AXIS_STACK]);
	m->c->boundary = boundary(m);
	m->c->missing = (uint8_t)below(m, XS_MISSING_NONE);
	m->c->restore = (uint8_t)below(m, XS_MISSINGS);
}

/* Some classes or one, all others in init state. */
static void mutate_classes(struct mutation *m)
{
	m->c->registers = mask(m, m->c->registers, m->r->rows[XS_AXIS_STATE], false);
	m->c->init = m->r->rows[XS_AXIS_STATE] & ~m->c->registers;
}

static void mutate_once(struct mutation *m)
{
	switch (below(m, 16)) {
	case 0 ... 2:
		mutate_entry(m);
		break;
	case 3 ... 5:
		mutate_pressures(m);
		break;
	case 6 ... 7:
		mutate_pages(m);
		break;
	case 8:
		mutate_classes(m);
		break;
	case 9 ... 11:
		for (uint32_t i = 2 + below(m, 3); i; i--)
			mutate_any_key(m);
		break;
	default:
		mutate_any_key(m);
		break;
	}
}

/* Put a pressure in; out goes one of the same kind, or any where there is no room. */
static void take_pressure(struct mutation *m, const struct xs_case_pressure *p)
{
	uint32_t i = 0;

	while (i < m->c->pressures && m->c->pressure[i].kind != p->kind)
		i++;
	if (i < m->c->pressures)
		xs_case_drop_pressure(m->c, 1u << i);
	else if (m->c->pressures == XS_CASE_PRESSURES)
		xs_case_drop_pressure(m->c, 1u << below(m, XS_CASE_PRESSURES));
	xs_case_add_pressure(m->c, p);
}

/* @sections: a mask of those to take whole, or 0: single keys and pressures. */
static void take(struct mutation *m, const struct xs_case *other, uint32_t sections)
{
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (key->section != XS_SECTION_PRESSURE && is_open(key) &&
		    (sections ? sections >> key->section & 1 : below(m, 2)))
			memcpy((char *)m->c + key->offset, (const char *)other + key->offset,
			       xs_key_bytes(key));
	}
	if (sections >> XS_SECTION_PRESSURE & 1)
		xs_case_drop_pressure(m->c, UINT32_MAX);
	for (uint32_t i = 0; i < other->pressures; i++)
		if (sections ? sections >> XS_SECTION_PRESSURE & 1 : below(m, 2))
			take_pressure(m, &other->pressure[i]);
}

/* Of two cases. Their padding is zero, so their bytes say it. */
static bool is_same(const void *a, const void *b)
{
	return !memcmp(a, b, sizeof(struct xs_case));
}

/* @other: what to take parts of; NULL: another change. */
static void change(struct xs_case *c, const struct xs_case *other, const struct xs_repertoire *r,
		   uint32_t seed)
{
	struct mutation m = { .c = c, .r = r, .random = seed };
	struct xs_case before;

	memcpy(&before, c, sizeof(before));
	for (uint32_t i = 0; i < TRIES && is_same(c, &before); i++) {
		if (!other)
			mutate_once(&m);
		else
			take(&m, other, below(&m, 2) ? 1 + below(&m, (1u << XS_SECTIONS) - 1) : 0);
		xs_repair(c, r);
	}
}

void xs_mutate(struct xs_case *c, const struct xs_repertoire *r, uint32_t seed)
{
	change(c, NULL, r, seed);
}

void xs_crossover(struct xs_case *c, const struct xs_case *other, const struct xs_repertoire *r,
		  uint32_t seed)
{
	change(c, other, r, seed);
}
