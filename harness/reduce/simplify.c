// SPDX-License-Identifier: GPL-2.0-only
/* The simpler variants of a case, and the measure by which they are simpler. */
#include "reduce/simplify.h"

#include <string.h>

#include "pressure/pressure.h"
#include "stack/stack.h"
#include "state/state.h"

#define PARTS_MAX 8u	/* that a mask is cut into */
#define ROWS_MAX  4u	/* of a table that are tried: its first ones */
#define CLASS	  1024u /* what a register class counts, so that it outweighs all else */

/* What the variants of one case are made from. */
struct maker {
	const struct xs_case *c;
	struct xs_case initial;
	uint32_t registers;
	struct xs_simpler *list;
	uint32_t count;
};

/* A section's struct: the case, or one of its pressures. */
static void *base_of(struct xs_case *c, const struct xs_key *key, uint32_t pressure)
{
	return key->section == XS_SECTION_PRESSURE ? (void *)&c->pressure[pressure] : (void *)c;
}

static uint32_t number_of(const struct xs_key *key, const void *base)
{
	uint32_t value;

	memcpy(&value, (const char *)base + key->offset, sizeof(value));
	return value;
}

static void copy_key(const struct xs_key *key, void *to, const void *from)
{
	memcpy((char *)to + key->offset, (const char *)from + key->offset, xs_key_bytes(key));
}

static bool same(const struct xs_key *key, const void *a, const void *b)
{
	return !memcmp((const char *)a + key->offset, (const char *)b + key->offset,
		       xs_key_bytes(key));
}

bool xs_key_is_label(const struct xs_key *key)
{
	return key->form == XS_FORM_NAME || (key->section == XS_SECTION_CASE &&
					     key->offset == offsetof(struct xs_case, duration_ms));
}

static bool holds_vectors(uint32_t registers)
{
	for (uint32_t i = 0; i < XS_STATES; i++)
		for (uint32_t k = 0; (registers >> i & 1) && k < XS_SPANS_MAX; k++)
			if (xs_state(i)->span[k].lanes &&
			    xs_state(i)->span[k].file == XS_FILE_VECTOR)
				return true;
	return false;
}

/* @registers: the worker's, which decide whether its vectors mean something. */
static uint64_t size_of_key(const struct xs_key *key, const void *base, const void *initial,
			    uint32_t registers)
{
	const uint32_t value = key->form == XS_FORM_CHOICE || key->form == XS_FORM_ROW ||
					       key->form == XS_FORM_NAME ||
					       key->form == XS_FORM_CPUS
				       ? 0
				       : number_of(key, base);

	if (xs_key_is_label(key) || !xs_key_applies(key, base))
		return 0;
	if (key->form == XS_FORM_VECTORS && holds_vectors(registers))
		return (uint64_t)__builtin_popcount(value);
	if (same(key, base, initial))
		return 0;
	if (key->form == XS_FORM_REGISTERS && value)
		return CLASS * (uint64_t)__builtin_popcount(value) +
		       (uint64_t)(31 - __builtin_clz(value));
	if (key->form == XS_FORM_ROW)
		return ((const uint8_t *)base)[key->offset];
	return key->count ? value - key->min : 1;
}

uint64_t xs_case_size(const struct xs_case *c)
{
	struct xs_case_pressure initial_pressure;
	struct xs_case initial;
	uint64_t size = c->pressures;

	xs_case_default(&initial);
	for (uint32_t i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (key->section != XS_SECTION_PRESSURE)
			size += size_of_key(key, c, &initial, c->registers);
		for (uint32_t p = 0; key->section == XS_SECTION_PRESSURE && p < c->pressures; p++) {
			xs_case_pressure_default(&initial_pressure, c->pressure[p].kind);
			size += size_of_key(key, &c->pressure[p], &initial_pressure, 0);
		}
	}
	return size;
}

void xs_case_settle(struct xs_case *c)
{
	struct xs_case initial;

	xs_case_default(&initial);
	for (uint32_t i = 0; i < XS_KEYS; i++)
		if (xs_keys[i].section != XS_SECTION_PRESSURE && !xs_key_applies(&xs_keys[i], c))
			copy_key(&xs_keys[i], c, &initial);
	if (xs_missing_is_side(c->missing) &&
	    (c->boundary == XS_BOUNDARY_NONE || c->fault == XS_STACK_none))
		c->missing = XS_MISSING_ALL;
	if (xs_missing_is_side(c->restore) && c->boundary == XS_BOUNDARY_NONE)
		c->restore = XS_MISSING_ALL;
	if (!holds_vectors(c->registers))
		c->vectors = initial.vectors;
}

void xs_case_drop_pressure(struct xs_case *c, uint32_t mask)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < c->pressures; i++)
		if (!(mask >> i & 1))
			c->pressure[kept++] = c->pressure[i];
	while (c->pressures > kept)
		memset(&c->pressure[--c->pressures], 0, sizeof(c->pressure[0]));
}

/* The next free variant, as a copy of the case; NULL where there is no room. */
static struct xs_case *open_variant(struct maker *m)
{
	if (m->count == XS_SIMPLER_MAX)
		return NULL;
	m->list[m->count].c = *m->c;
	return &m->list[m->count].c;
}

/* Whether it is a variant at all, simpler, and new; then it stays. */
static bool keep(struct maker *m)
{
	struct xs_case *c = &m->list[m->count].c;

	xs_case_settle(c);
	if (xs_case_size(c) >= xs_case_size(m->c) || xs_case_valid(c, NULL))
		return false;
	for (uint32_t i = 0; i < m->count; i++)
		if (!memcmp(&m->list[i].c, c, sizeof(*c)))
			return false;
	m->count++;
	return true;
}

/* Set the key to what @from has there. */
static void set_key(struct maker *m, const struct xs_key *key, uint32_t pressure, const void *from)
{
	struct xs_case *c = open_variant(m);
	struct xs_str name;
	void *base;

	if (!c)
		return;
	base = base_of(c, key, pressure);
	copy_key(key, base, from);
	name = xs_str_open(m->list[m->count].name, XS_SIMPLER_NAME_BYTES);
	if (keep(m)) {
		xs_key_title(&name, key, base);
		xs_value_print(key, base, &name);
	}
}

static void set_number(struct maker *m, const struct xs_key *key, uint32_t pressure, uint32_t value)
{
	_Alignas(struct xs_case) char from[sizeof(struct xs_case)] = { 0 };

	memcpy(from + key->offset, &value, sizeof(value));
	set_key(m, key, pressure, from);
}

static void set_row(struct maker *m, const struct xs_key *key, uint8_t row)
{
	struct xs_case from = { 0 };

	((uint8_t *)&from)[key->offset] = row;
	set_key(m, key, 0, &from);
}

/* The @part-th of @parts of the bits in @mask. */
static uint32_t part_of(uint32_t mask, uint32_t part, uint32_t parts)
{
	const uint32_t bits = (uint32_t)__builtin_popcount(mask);
	const uint32_t from = bits * part / parts, to = bits * (part + 1) / parts;
	uint32_t out = 0, k = 0;

	for (uint32_t bit = 0; bit < 32; bit++)
		if (mask >> bit & 1) {
			out |= k >= from && k < to ? 1u << bit : 0;
			k++;
		}
	return out;
}

static void cut_mask(struct maker *m, const struct xs_key *key, uint32_t pressure, uint32_t mask)
{
	for (uint32_t parts = 2; parts <= PARTS_MAX; parts *= 2) {
		const uint32_t bits = (uint32_t)__builtin_popcount(mask);

		if (bits < 2 || parts / 2 >= bits)
			break;
		for (uint32_t i = 0; i < parts; i++)
			if (part_of(mask, i, parts))
				set_number(m, key, pressure, part_of(mask, i, parts));
		for (uint32_t i = 0; parts > 2 && i < parts; i++)
			set_number(m, key, pressure, mask & ~part_of(mask, i, parts));
	}
}

static void cut_registers(struct maker *m, const struct xs_key *key, uint32_t pressure,
			  const void *base)
{
	const uint32_t mask = number_of(key, base) & m->registers;
	const uint32_t least = xs_state_reduce(mask);

	cut_mask(m, key, pressure, key->min ? least : mask);
	/* One class: those that it covers. */
	for (uint32_t row = 0; __builtin_popcount(least) == 1 && row < XS_STATES; row++)
		if ((m->registers >> row & 1) && xs_state_reduce(least | 1u << row) == least)
			set_number(m, key, pressure, 1u << row);
}

static void cut_vectors(struct maker *m, const struct xs_key *key, uint32_t mask)
{
	if (!mask)
		return;
	set_number(m, key, 0, mask & -mask);
	set_number(m, key, 0, 1u << (31 - __builtin_clz(mask)));
	cut_mask(m, key, 0, mask);
}

/* All that can be made simpler at one key. */
static void simplify_key(struct maker *m, const struct xs_key *key, uint32_t pressure)
{
	struct xs_case_pressure initial;
	const void *base = m->c, *from = &m->initial;

	if (key->section == XS_SECTION_PRESSURE) {
		base = &m->c->pressure[pressure];
		xs_case_pressure_default(&initial, m->c->pressure[pressure].kind);
		from = &initial;
	}
	if (xs_key_is_label(key) || !xs_key_applies(key, base))
		return;
	if (!same(key, base, from))
		set_key(m, key, pressure, from);
	if (key->form == XS_FORM_ROW && key->section != XS_SECTION_PRESSURE)
		for (uint8_t row = 0; row < ROWS_MAX && row < xs_axes[key->axis].rows; row++)
			set_row(m, key, row);
	if (key->form == XS_FORM_REGISTERS)
		cut_registers(m, key, pressure, base);
	if (key->form == XS_FORM_VECTORS && holds_vectors(m->c->registers))
		cut_vectors(m, key, number_of(key, base));
	for (uint32_t n = number_of(key, from); key->count && n < number_of(key, base); n++) {
		n = (n + number_of(key, base)) / 2;
		set_number(m, key, pressure, n);
	}
}

static void simplify_sections(struct maker *m)
{
	const uint32_t all = (1u << m->c->pressures) - 1;

	for (uint32_t mask = all; mask; mask--) {
		struct xs_str name;
		struct xs_case *c;

		/* All, each half, each one. */
		if (mask != all && mask != part_of(all, 0, 2) && mask != part_of(all, 1, 2) &&
		    (mask & (mask - 1)))
			continue;
		c = open_variant(m);
		if (!c)
			return;
		xs_case_drop_pressure(c, mask);
		name = xs_str_open(m->list[m->count].name, XS_SIMPLER_NAME_BYTES);
		xs_str_put(&name, "without");
		for (uint32_t i = 0; i < m->c->pressures; i++)
			if (mask >> i & 1)
				xs_str_add(&name, " [pressure %s]",
					   xs_name(XS_AXIS_PRESSURE, m->c->pressure[i].kind));
		keep(m);
	}
}

uint32_t xs_simplify(const struct xs_case *c, uint32_t registers, struct xs_simpler *list)
{
	struct maker m = { .c = c, .registers = registers, .list = list };

	xs_case_default(&m.initial);
	for (uint32_t i = 0; i < XS_KEYS; i++)
		if (xs_keys[i].section == XS_SECTION_WORKER && xs_keys[i].count)
			simplify_key(&m, &xs_keys[i], 0);
	simplify_sections(&m);
	for (uint32_t i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (key->section == XS_SECTION_WORKER && key->count)
			continue;
		if (key->section != XS_SECTION_PRESSURE)
			simplify_key(&m, key, 0);
		for (uint32_t p = 0; key->section == XS_SECTION_PRESSURE && p < c->pressures; p++)
			simplify_key(&m, key, p);
	}
	return m.count;
}
