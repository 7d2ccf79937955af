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
	struct xs_case plain;
	uint32_t registers;
	struct xs_simpler *list;
	uint32_t count;
};

uint32_t xs_spots(const struct xs_case *c, struct xs_spot spots[XS_SPOTS_MAX])
{
	uint32_t count = 0;

	for (const struct xs_key *key = xs_keys; key < xs_keys + XS_KEYS; key++)
		if (key->section != XS_SECTION_PRESSURE)
			spots[count++] = (struct xs_spot){ key, 0 };
		else
			for (uint32_t i = 0; i < c->pressures; i++)
				spots[count++] = (struct xs_spot){
					key,
					(size_t)((const char *)&c->pressure[i] - (const char *)c)
				};
	return count;
}

bool xs_spot_applies(const struct xs_spot *s, const struct xs_case *c)
{
	return xs_key_applies(s->key, (const char *)c + s->base);
}

void xs_case_plain(struct xs_case *plain, const struct xs_case *c)
{
	xs_case_default(plain);
	plain->pressures = c->pressures;
	for (uint32_t i = 0; i < c->pressures; i++)
		xs_case_pressure_default(&plain->pressure[i], c->pressure[i].kind);
}

static uint32_t number_at(const struct xs_spot *s, const struct xs_case *c)
{
	uint32_t value;

	memcpy(&value, xs_spot_field(s, c), sizeof(value));
	return value;
}

static bool same(const struct xs_spot *s, const struct xs_case *a, const struct xs_case *b)
{
	return !memcmp(xs_spot_field(s, a), xs_spot_field(s, b), xs_key_bytes(s->key));
}

bool xs_key_is_label(const struct xs_key *key)
{
	return key->form == XS_FORM_NAME || (key->section == XS_SECTION_CASE &&
					     key->offset == offsetof(struct xs_case, duration_ms));
}

bool xs_holds_vectors(uint32_t registers)
{
	for (uint32_t i = 0; i < XS_STATES; i++)
		for (uint32_t k = 0; (registers >> i & 1) && k < XS_SPANS_MAX; k++)
			if (xs_state(i)->span[k].lanes &&
			    xs_state(i)->span[k].file == XS_FILE_VECTOR)
				return true;
	return false;
}

static uint64_t size_at(const struct xs_spot *s, const struct xs_case *c,
			const struct xs_case *plain)
{
	const struct xs_key *key = s->key;

	if (xs_key_is_label(key) || !xs_spot_applies(s, c))
		return 0;
	if (key->form == XS_FORM_VECTORS && xs_holds_vectors(c->registers))
		return (uint64_t)__builtin_popcount(number_at(s, c));
	if (same(s, c, plain))
		return 0;
	if (key->form == XS_FORM_ROW)
		return *(const uint8_t *)xs_spot_field(s, c);
	if (key->form == XS_FORM_REGISTERS && number_at(s, c))
		return CLASS * (uint64_t)__builtin_popcount(number_at(s, c)) +
		       (uint64_t)(31 - __builtin_clz(number_at(s, c)));
	return key->count ? number_at(s, c) - key->min : 1;
}

uint64_t xs_case_size(const struct xs_case *c)
{
	struct xs_spot spots[XS_SPOTS_MAX];
	const uint32_t count = xs_spots(c, spots);
	struct xs_case plain;
	uint64_t size = c->pressures;

	xs_case_plain(&plain, c);
	for (uint32_t i = 0; i < count; i++)
		size += size_at(&spots[i], c, &plain);
	return size;
}

void xs_case_reset(struct xs_case *c)
{
	struct xs_spot spots[XS_SPOTS_MAX];
	const uint32_t count = xs_spots(c, spots);
	struct xs_case plain;

	xs_case_plain(&plain, c);
	for (const struct xs_spot *s = spots; s < spots + count; s++)
		if (!xs_spot_applies(s, c))
			memcpy(xs_spot_field(s, c), xs_spot_field(s, &plain), xs_key_bytes(s->key));
}

void xs_case_settle(struct xs_case *c)
{
	struct xs_case plain;

	xs_case_reset(c);
	if (xs_missing_is_side(c->missing) &&
	    (c->boundary == XS_BOUNDARY_NONE || xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS))
		c->missing = XS_MISSING_ALL;
	if (xs_missing_is_side(c->restore) && c->boundary == XS_BOUNDARY_NONE)
		c->restore = XS_MISSING_ALL;
	xs_case_default(&plain);
	if (!xs_holds_vectors(c->registers))
		c->vectors = plain.vectors;
}

/* memmove() and not assignments: padding, too. */
void xs_case_drop_pressure(struct xs_case *c, uint32_t mask)
{
	for (uint32_t i = c->pressures; i--;) {
		struct xs_case_pressure *p = &c->pressure[i];

		if (!(mask >> i & 1))
			continue;
		memmove(p, p + 1, (--c->pressures - i) * sizeof(*p));
		memset(&c->pressure[c->pressures], 0, sizeof(*p));
	}
}

void xs_case_add_pressure(struct xs_case *c, const struct xs_case_pressure *p)
{
	uint32_t i = 0;

	while (i < c->pressures && c->pressure[i].kind < p->kind)
		i++;
	memmove(&c->pressure[i + 1], &c->pressure[i], (c->pressures++ - i) * sizeof(*p));
	memcpy(&c->pressure[i], p, sizeof(*p));
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

/* Set the field to what @value holds, of its size. */
static void set(struct maker *m, const struct xs_spot *s, const void *value)
{
	struct xs_case *c = open_variant(m);
	struct xs_str name;

	if (!c)
		return;
	memcpy(xs_spot_field(s, c), value, xs_key_bytes(s->key));
	name = xs_str_open(m->list[m->count].name, XS_SIMPLER_NAME_BYTES);
	if (keep(m)) {
		xs_key_title(&name, s->key, (char *)c + s->base);
		xs_value_print(s->key, (char *)c + s->base, &name);
	}
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

static void cut_mask(struct maker *m, const struct xs_spot *s, uint32_t mask)
{
	for (uint32_t parts = 2; parts <= PARTS_MAX; parts *= 2) {
		const uint32_t bits = (uint32_t)__builtin_popcount(mask);

		if (bits < 2 || parts / 2 >= bits)
			break;
		for (uint32_t i = 0; i < parts; i++) {
			const uint32_t part = part_of(mask, i, parts);

			if (part)
				set(m, s, &part);
		}
		for (uint32_t i = 0; parts > 2 && i < parts; i++)
			set(m, s, &(uint32_t){ mask & ~part_of(mask, i, parts) });
	}
}

static void cut_registers(struct maker *m, const struct xs_spot *s)
{
	const uint32_t mask = number_at(s, m->c) & m->registers;
	const uint32_t least = xs_state_reduce(mask);

	cut_mask(m, s, s->key->min ? least : mask);
	/* One class: those that it covers. */
	for (uint32_t row = 0; __builtin_popcount(least) == 1 && row < XS_STATES; row++)
		if ((m->registers >> row & 1) && xs_state_reduce(least | 1u << row) == least)
			set(m, s, &(uint32_t){ 1u << row });
}

static void cut_vectors(struct maker *m, const struct xs_spot *s)
{
	const uint32_t mask = number_at(s, m->c);

	if (!mask)
		return;
	set(m, s, &(uint32_t){ mask & -mask });
	set(m, s, &(uint32_t){ 1u << (31 - __builtin_clz(mask)) });
	cut_mask(m, s, mask);
}

/* All that can be made simpler at one key. */
static void simplify(struct maker *m, const struct xs_spot *s)
{
	const struct xs_key *key = s->key;

	if (xs_key_is_label(key) || !xs_spot_applies(s, m->c))
		return;
	if (!same(s, m->c, &m->plain))
		set(m, s, xs_spot_field(s, &m->plain));
	if (key->form == XS_FORM_ROW && key->section != XS_SECTION_PRESSURE)
		for (uint8_t row = 0; row < ROWS_MAX && row < xs_axes[key->axis].rows; row++)
			set(m, s, &row);
	if (key->form == XS_FORM_REGISTERS)
		cut_registers(m, s);
	if (key->form == XS_FORM_VECTORS && xs_holds_vectors(m->c->registers))
		cut_vectors(m, s);
	if (!key->count)
		return;
	for (uint32_t n = number_at(s, &m->plain); n < number_at(s, m->c); n++) {
		n = (n + number_at(s, m->c)) / 2;
		set(m, s, &n);
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

/* @workers: their number alone, or all else. */
static void simplify_keys(struct maker *m, bool workers)
{
	struct xs_spot spots[XS_SPOTS_MAX];
	const uint32_t count = xs_spots(m->c, spots);

	for (const struct xs_spot *s = spots; s < spots + count; s++)
		if ((s->key->section == XS_SECTION_WORKER && s->key->count) == workers)
			simplify(m, s);
}

uint32_t xs_simplify(const struct xs_case *c, uint32_t registers, struct xs_simpler *list)
{
	struct maker m = { .c = c, .registers = registers, .list = list };

	xs_case_plain(&m.plain, c);
	simplify_keys(&m, true);
	simplify_sections(&m);
	simplify_keys(&m, false);
	return m.count;
}
