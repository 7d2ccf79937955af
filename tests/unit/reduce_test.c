// SPDX-License-Identifier: GPL-2.0-only
/* Simplifications, and the search among them, on cases of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "campaign/sequential.h"
#include "reduce/reduce.h"
#include "unit/random_case.h"

#define CASES	400u
#define MACHINE (ALL_STATES & ~(1u << XS_STATE_amx | 1u << XS_STATE_apx)) /* one without these */

static struct xs_simpler list[XS_SIMPLER_MAX];

static void test_simpler(void **unused)
{
	uint64_t state = 1;
	struct xs_case c;
	char why[XS_WHY_BYTES];

	(void)unused;
	for (uint32_t n = 0; n < CASES; n++) {
		uint32_t count;

		random_case(&state, &c);
		count = xs_simplify(&c, MACHINE, list);
		assert_true(count < XS_SIMPLER_MAX);
		for (uint32_t i = 0; i < count; i++) {
			if (xs_case_valid(&list[i].c, why))
				fail_msg("%s: %s", list[i].name, why);
			if (xs_case_size(&list[i].c) >= xs_case_size(&c))
				fail_msg("%s is not simpler", list[i].name);
			assert_string_equal(list[i].c.name, c.name);
			assert_int_equal(list[i].c.duration_ms, c.duration_ms);
		}
	}
}

static const void *base(const struct xs_case *c, const struct xs_key *key, uint32_t p)
{
	return key->section == XS_SECTION_PRESSURE ? (const void *)&c->pressure[p] : c;
}

/* Whether some variant has another value at this key, and its sections all. */
static bool changes(const struct xs_case *c, uint32_t count, const struct xs_key *key, uint32_t p)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].c.pressures == c->pressures &&
		    memcmp((const char *)base(c, key, p) + key->offset,
			   (const char *)base(&list[i].c, key, p) + key->offset,
			   xs_key_bytes(key)) != 0)
			return true;
	return false;
}

/* A new key or form is covered without anybody's thinking of it, or this fails. */
static void test_every_key(void **unused)
{
	uint64_t state = 2;
	uint32_t seen[XS_KEYS] = { 0 };
	struct xs_case c, initial;

	(void)unused;
	xs_case_default(&initial);
	for (uint32_t n = 0; n < CASES; n++) {
		random_case(&state, &c);
		const uint32_t count = xs_simplify(&c, MACHINE, list);

		for (uint32_t k = 0; k < XS_KEYS; k++) {
			const struct xs_key *key = &xs_keys[k];
			struct xs_case_pressure plain;
			const bool section = key->section == XS_SECTION_PRESSURE;

			if (xs_key_is_label(key) || (section && !c.pressures))
				continue;
			if (section)
				xs_case_pressure_default(&plain, c.pressure[0].kind);
			if (!xs_key_applies(key, base(&c, key, 0)) ||
			    !memcmp((const char *)base(&c, key, 0) + key->offset,
				    (const char *)(section ? (void *)&plain : &initial) +
					    key->offset,
				    xs_key_bytes(key)))
				continue;
			if (key->form == XS_FORM_VECTORS && __builtin_popcount(c.vectors) == 1)
				continue; /* one is as few as there can be */
			seen[k]++;
			if (!changes(&c, count, key, 0))
				fail_msg("nothing makes [%s] %s simpler",
					 xs_section_names[key->section], key->name);
		}
	}
	for (uint32_t k = 0; k < XS_KEYS; k++)
		if (!xs_key_is_label(&xs_keys[k]))
			assert_true(seen[k] > 0);
}

/* From every row of every axis there is a way to the first one; every section can be dropped. */
static void test_every_row(void **unused)
{
	static const char *const names[] = { "source", "action", "fault" };
	static const enum xs_section sections[] = { XS_SECTION_SIGNAL, XS_SECTION_HANDLER,
						    XS_SECTION_STACK };
	struct xs_case c;

	(void)unused;
	for (uint32_t a = 0; a < 3; a++) {
		const struct xs_key *key = xs_key_find(sections[a], names[a]);

		for (uint32_t row = 1; row < xs_axes[key->axis].rows; row++) {
			uint32_t count, found = 0;

			xs_case_default(&c);
			((uint8_t *)&c)[key->offset] = (uint8_t)row;
			count = xs_simplify(&c, MACHINE, list);
			for (uint32_t i = 0; i < count; i++)
				found += ((uint8_t *)&list[i].c)[key->offset] == 0;
			assert_int_equal(found, 1);
		}
	}
	for (uint32_t kind = 0; kind < XS_PRESSURES; kind++) {
		xs_case_default(&c);
		xs_case_pressure_default(&c.pressure[0], kind);
		c.pressures = 1;
		xs_simplify(&c, MACHINE, list);
		assert_int_equal(list[0].c.pressures, 0);
	}
}

/* The end of all simplification: the case with nothing but defaults. */
static void test_bottom(void **unused)
{
	uint64_t state = 3;
	struct xs_reduce r;
	struct xs_case c, simplest;

	(void)unused;
	for (uint32_t n = 0; n < 20; n++) {
		random_case(&state, &c);
		assert_int_equal(xs_reduce_begin(&r, &c, MACHINE), 0);
		while (xs_reduce_next(&r))
			assert_int_equal(xs_reduce_tell(&r, true), 0);
		xs_case_default(&simplest);
		memcpy(simplest.name, c.name, sizeof(c.name));
		simplest.duration_ms = c.duration_ms;
		simplest.vectors = xs_reduce_best(&r)->vectors;
		assert_int_equal(__builtin_popcount(simplest.vectors), 1);
		assert_memory_equal(xs_reduce_best(&r), &simplest, sizeof(simplest));
		xs_reduce_end(&r);
	}
}

/* A reproducer: what it needs, and how often it then hits. */
static bool is_enough(const struct xs_case *c)
{
	bool neighbour = false;

	for (uint32_t i = 0; i < c->pressures; i++)
		neighbour |= c->pressure[i].place == XS_PLACE_SAME_PU &&
			     c->pressure[i].kind <= XS_PRESSURE_vector_thread &&
			     (c->pressure[i].registers & (1u << XS_STATE_avx | 1u << XS_STATE_zmm));
	return neighbour && c->fault != XS_STACK_none && c->boundary != XS_BOUNDARY_NONE &&
	       c->missing == XS_MISSING_UPPER && c->workers >= 3 &&
	       (c->registers & (1u << XS_STATE_opmask | 1u << XS_STATE_mxcsr));
}

static bool still_hits(uint64_t *state, const struct xs_case *c, double chance)
{
	struct xs_sequential s;

	xs_sequential_begin(&s, chance);
	while (xs_sequential_decision(&s) == XS_OPEN && !xs_sequential_full(&s)) {
		const double drawn = (double)(next(state) >> 11) * 0x1p-53;

		xs_sequential_add(&s, is_enough(c) && drawn < chance, 1);
	}
	return xs_sequential_decision(&s) == XS_KEEPS;
}

static void bloat(struct xs_case *c)
{
	xs_case_default(c);
	c->workers = 5;
	c->registers = ALL_STATES;
	c->init = 1u << XS_STATE_pkru;
	c->vectors = 0xffff;
	c->handler = XS_HANDLER_nest;
	c->depth = 3;
	c->signal = XS_SIGNAL_sigqueue;
	c->signal_place = XS_PLACE_SMT;
	c->delay_us = 33;
	c->fault = XS_STACK_uffd_minor;
	c->boundary = 640;
	c->missing = XS_MISSING_UPPER;
	c->restore = XS_MISSING_LOWER;
	for (uint8_t i = 0; i < 4; i++)
		xs_case_pressure_default(&c->pressure[i],
					 (uint8_t[]){ XS_PRESSURE_vector_process, XS_PRESSURE_yield,
						      XS_PRESSURE_fork, XS_PRESSURE_evict }[i]);
	c->pressure[0].registers = ALL_STATES;
	c->pressure[0].count = 4;
	c->pressures = 4;
}

/* At any chance of a hit the smallest case that will do is reached, most of the time. */
static void test_search(void **unused)
{
	static const double chances[] = { 0.9, 0.6, 0.3 };
	uint64_t state = 4;

	(void)unused;
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t smallest = 0, right = 0, tests = 0;

		for (uint32_t n = 0; n < 40; n++) {
			const struct xs_simpler *s;
			struct xs_reduce r;
			struct xs_case c;

			bloat(&c);
			assert_int_equal(xs_case_valid(&c, NULL), 0);
			assert_int_equal(xs_reduce_begin(&r, &c, MACHINE), 0);
			for (; (s = xs_reduce_next(&r)); tests++)
				assert_int_equal(
					xs_reduce_tell(&r, still_hits(&state, &s->c, chances[i])),
					0);
			c = *xs_reduce_best(&r);
			right += is_enough(&c);
			smallest +=
				c.workers == 3 && c.pressures == 1 && c.pressure[0].count == 1 &&
				__builtin_popcount(c.registers) == 1 && !c.init &&
				c.handler == XS_HANDLER_return && !c.delay_us &&
				c.signal == XS_SIGNAL_tgkill_self && c.fault == XS_STACK_dontneed &&
				c.boundary == 640 && c.pressure[0].registers == 1u << XS_STATE_avx;
			xs_reduce_end(&r);
		}
		assert_true(right >= 38);
		assert_true(smallest >= 36);
		assert_true(tests / 40 < 120);
	}
}

/* Without chance: the end is such that nothing more can be left out, whatever was needed. */
static void test_no_more(void **unused)
{
	const struct xs_simpler *s;
	struct xs_reduce r;
	struct xs_case c;
	uint32_t count;

	(void)unused;
	bloat(&c);
	assert_int_equal(xs_reduce_begin(&r, &c, MACHINE), 0);
	while ((s = xs_reduce_next(&r)))
		assert_int_equal(xs_reduce_tell(&r, is_enough(&s->c)), 0);
	count = xs_simplify(xs_reduce_best(&r), MACHINE, list);
	assert_true(count > 0);
	for (uint32_t i = 0; i < count; i++)
		assert_false(is_enough(&list[i].c));
	/* From where an earlier call ended there is nothing more to do. */
	c = *xs_reduce_best(&r);
	xs_reduce_end(&r);
	assert_int_equal(xs_reduce_begin(&r, &c, MACHINE), 0);
	assert_int_equal(xs_reduce_resume(&r, &c), 0);
	while ((s = xs_reduce_next(&r)))
		assert_int_equal(xs_reduce_tell(&r, is_enough(&s->c)), 0);
	assert_memory_equal(xs_reduce_best(&r), &c, sizeof(c));
	xs_reduce_end(&r);
}

/* Which vector registers are in use says nothing where none is: no result shall have it. */
static void test_vectors_without_a_class(void **unused)
{
	struct xs_reduce r;
	struct xs_case c;

	(void)unused;
	xs_case_default(&c);
	c.registers = 1u << XS_STATE_sse | 1u << XS_STATE_x87;
	c.vectors = 3;
	assert_int_equal(xs_reduce_begin(&r, &c, MACHINE), 0);
	for (const struct xs_simpler *s; (s = xs_reduce_next(&r));)
		assert_int_equal(xs_reduce_tell(&r, !(s->c.registers &
						      ~(1u << XS_STATE_x87 | 1u << XS_STATE_sse)) &&
							    s->c.registers & 1u << XS_STATE_x87),
				 0);
	assert_int_equal(xs_reduce_best(&r)->registers, 1u << XS_STATE_x87);
	assert_int_equal(xs_reduce_best(&r)->vectors, UINT32_MAX);
	xs_reduce_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simpler),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_bottom),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_no_more),
		cmocka_unit_test(test_vectors_without_a_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
