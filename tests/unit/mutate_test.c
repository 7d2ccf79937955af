// SPDX-License-Identifier: GPL-2.0-only
/* The mutator: every result is a case that its machine can run, and every case is in reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "case/schema.h"
#include "mutate_check.h"

#define CHAINS	   20u /* of XS_TEST_CHAIN mutations */
#define SINGLES	   20000u
#define CROSSOVERS 2000u
#define CHANGES	   50u /* of a key, at least */

/* Keys that are the caller's: they stay, whatever else happens. */
static bool is_kept(const struct xs_key *key)
{
	return key->form == XS_FORM_NAME || key->form == XS_FORM_CPUS ||
	       (key->section == XS_SECTION_CASE && strcmp(key->name, "seed") != 0);
}

static const void *field(const struct xs_key *key, const void *base)
{
	return (const char *)base + key->offset;
}

static uint32_t number(const struct xs_key *key, const void *base)
{
	uint32_t n = 0;

	memcpy(&n, field(key, base), xs_key_bytes(key)); /* of one byte: its lowest */
	return n;
}

static void test_chains(void **state)
{
	(void)state;
	for (uint32_t chain = 0; chain < CHAINS; chain++) {
		const struct xs_repertoire r = xs_test_repertoire(chain % XS_TEST_REPERTOIRES);

		assert_int_equal(xs_test_chain(&r, chain, NULL, NULL), 0);
	}
}

/* One mutation of the default case comes to every row of every axis. */
static void test_every_row(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < XS_TEST_REPERTOIRES; n++) {
		const struct xs_repertoire r = xs_test_repertoire(n);
		struct xs_repertoire seen = { 0 };
		uint32_t rows[XS_AXES];
		struct xs_case c;

		for (uint32_t seed = 0; seed < SINGLES; seed++) {
			xs_case_default(&c);
			xs_mutate(&c, &r, seed);
			seen.rows[XS_AXIS_STATE] |= c.registers;
			xs_case_rows(&c, rows);
			for (uint32_t axis = XS_AXIS_STATE + 1; axis < XS_AXES; axis++)
				seen.rows[axis] |= rows[axis];
		}
		for (uint32_t axis = 0; axis < XS_AXES; axis++)
			assert_int_equal(seen.rows[axis],
					 axis == XS_AXIS_PRESSURE
						 ? r.rows[axis] & ~(1u << XS_PRESSURE_hotplug)
						 : r.rows[axis]);
	}
}

/* What has been seen of each key. */
struct seen {
	uint32_t samples, changes, least, most, small, below;
	bool empty, single, full;
};

struct statistics {
	const struct xs_repertoire *r;
	struct seen key[XS_KEYS];
	uint32_t mutations, same;
};

/* As the mutator is to prefer it: most numbers are no larger than this. */
static uint32_t small_limit(const struct xs_key *key)
{
	if (key->max == XS_WORKERS_MAX)
		return key->section == XS_SECTION_PRESSURE ? 2 : 4;
	return key->max == XS_DEPTH_MAX ? 4 : 5000;
}

static void look_at_key(struct statistics *s, const struct xs_key *key, const void *base)
{
	struct seen *seen = &s->key[key - xs_keys];
	const uint32_t n = number(key, base);
	const uint32_t all =
		key->form == XS_FORM_REGISTERS ? s->r->rows[XS_AXIS_STATE] : (uint32_t)UINT32_MAX;

	seen->least = seen->samples && seen->least < n ? seen->least : n;
	/* What says that there is no boundary is no boundary. */
	if (key->form == XS_FORM_BOUNDARY && n == XS_BOUNDARY_NONE)
		seen->empty = true;
	else if (key->form == XS_FORM_BOUNDARY && xs_boundary_is_below(n))
		seen->below = 0 - n > seen->below ? 0 - n : seen->below;
	else if (n > seen->most)
		seen->most = n;
	seen->small += n <= small_limit(key);
	seen->samples++;
	if (key->form != XS_FORM_BOUNDARY)
		seen->empty |= !n;
	seen->single |= __builtin_popcount(n) == 1;
	seen->full |= n == all;
}

static const char *look(void *arg, const struct xs_case *c, const struct xs_case *before)
{
	struct statistics *s = arg;

	s->mutations++;
	s->same += !memcmp(c, before, sizeof(*c));
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];
		const uint32_t bases = key->section == XS_SECTION_PRESSURE ? c->pressures : 1;

		if (is_kept(key))
			continue;
		for (uint32_t p = 0; p < bases; p++) {
			const bool inside = key->section == XS_SECTION_PRESSURE;
			const void *base = inside ? (const void *)&c->pressure[p] : c;
			const void *old = inside ? (const void *)&before->pressure[p] : before;

			if (!xs_key_applies(key, base))
				continue;
			look_at_key(s, key, base);
			/* Of a pressure that was there before: */
			if (!inside || (p < before->pressures &&
					before->pressure[p].kind == c->pressure[p].kind))
				s->key[i].changes += memcmp(field(key, base), field(key, old),
							    xs_key_bytes(key)) != 0;
		}
	}
	return NULL;
}

static void check_key(const struct xs_key *key, const struct seen *seen,
		      const struct xs_repertoire *r)
{
	const uint32_t last = (r->fpstate_bytes - 1) & ~(XS_BOUNDARY_STEP - 1);
	uint32_t names = 0;

	if (seen->changes < CHANGES)
		fail_msg("[%s] %s: %u changes", xs_section_names[key->section], key->name,
			 seen->changes);
	switch (key->form) {
	case XS_FORM_NUMBER:
		if (seen->least != key->min || seen->most != key->max)
			fail_msg("[%s] %s: from %u to %u", xs_section_names[key->section],
				 key->name, seen->least, seen->most);
		/* Any seed is as good as another. */
		if (key->max != UINT32_MAX && seen->small < seen->samples / 2)
			fail_msg("[%s] %s: %u of %u small", xs_section_names[key->section],
				 key->name, seen->small, seen->samples);
		break;
	case XS_FORM_BOUNDARY:
		assert_true(seen->empty);
		assert_int_equal(seen->least, 0);
		assert_int_equal(seen->most, last);
		assert_int_equal(seen->below,
				 xs_rows(XS_AXIS_ABI, r->rows[XS_AXIS_ABI], XS_ABI_COMPAT, 0)
					 ? XS_BOUNDARY_BELOW
					 : 0);
		break;
	case XS_FORM_REGISTERS:
	case XS_FORM_VECTORS:
		assert_true(seen->single && seen->full);
		assert_int_equal(seen->empty, key->form == XS_FORM_REGISTERS && !key->min);
		break;
	case XS_FORM_CHOICE:
		while (key->names[names])
			names++;
		assert_int_equal(seen->least, 0);
		assert_int_equal(seen->most, names - 1);
		break;
	case XS_FORM_ROW:
		assert_int_equal(seen->least, 0);
		assert_int_equal(seen->most, xs_axes[key->axis].rows - 1);
		break;
	default:
		fail_msg("%s: what is seen of it?", key->name);
	}
}

/* Every key changes and comes to its limits; small numbers prevail; few mutations change nothing.
 */
static void test_every_key(void **state)
{
	const struct xs_repertoire r = xs_test_repertoire(0);
	static struct statistics s;

	(void)state;
	memset(&s, 0, sizeof(s));
	s.r = &r;
	for (uint32_t chain = 0; chain < CHAINS; chain++)
		assert_int_equal(xs_test_chain(&r, chain, look, &s), 0);
	for (unsigned int i = 0; i < XS_KEYS; i++)
		if (!is_kept(&xs_keys[i]))
			check_key(&xs_keys[i], &s.key[i], &r);
	assert_int_equal(s.mutations, CHAINS * XS_TEST_CHAIN);
	assert_true(s.same < s.mutations / 1000);
	print_message("%u of %u mutations changed nothing", s.same, s.mutations);
}

/* Two cases that differ in every key that is not kept; the first has pressures that the other has
 * not. */
static void make_parents(struct xs_case *a, struct xs_case *b)
{
	xs_case_default(a);
	xs_case_default(b);
	strcpy(b->name, "other");
	b->seed = 7;
	b->duration_ms = b->signals = 77;
	strncpy(b->cpus, "0", sizeof(b->cpus)); /* and zeros behind it */
	b->workers = 3;
	b->registers = 1u << XS_STATE_avx;
	b->init = 1u << XS_STATE_x87;
	b->vectors = 5;
	b->hold = XS_HOLD_yield;
	b->hold_us = 5;
	b->delay_us = 9;
	b->boundary = 640;
	b->missing = XS_MISSING_UPPER;
	a->signal = XS_SIGNAL_sigqueue;
	b->signal = XS_SIGNAL_tgkill_peer;
	b->signal_place = XS_PLACE_SMT;
	a->handler = b->handler = XS_HANDLER_nest;
	b->depth = 3;
	b->abi = XS_ABI_ia32_rt;
	a->fault = b->fault = XS_STACK_uffd_minor;
	b->restore = XS_MISSING_LOWER;
	b->fault_hold_us = 3;
	b->resolver_place = XS_PLACE_NUMA;
	a->pressures = 2;
	xs_case_pressure_default(&a->pressure[0], XS_PRESSURE_vector_process);
	xs_case_pressure_default(&a->pressure[1], XS_PRESSURE_yield);
	b->pressures = 2;
	xs_case_pressure_default(&b->pressure[0], XS_PRESSURE_vector_process);
	b->pressure[0].count = 2;
	xs_case_pressure_default(&b->pressure[1], XS_PRESSURE_evict);
}

/* Each key comes from either parent, and so do pressures; sections come whole as well. */
static void test_crossover(void **state)
{
	const struct xs_repertoire r = xs_test_repertoire(0);
	uint32_t from_a[XS_KEYS] = { 0 }, from_b[XS_KEYS] = { 0 }, sections = 0, kinds = 0;
	uint32_t counts = 0;
	struct xs_case a, b, c, before;
	char why[XS_WHY_BYTES];

	(void)state;
	make_parents(&a, &b);
	assert_int_equal(xs_case_valid(&a, why), 0);
	assert_int_equal(xs_case_valid(&b, why), 0);
	for (uint32_t seed = 0; seed < CROSSOVERS; seed++) {
		memcpy(&c, &a, sizeof(c));
		memcpy(&before, &b, sizeof(before));
		xs_crossover(&c, &b, &r, seed);
		assert_memory_equal(&b, &before, sizeof(b));
		assert_null(xs_test_misfit(&c, &a, &r, why));
		assert_memory_not_equal(&c, &a, sizeof(c));
		for (unsigned int i = 0; i < XS_KEYS; i++) {
			const struct xs_key *key = &xs_keys[i];

			if (key->section == XS_SECTION_PRESSURE || is_kept(key))
				continue;
			from_a[i] += number(key, &c) == number(key, &a);
			from_b[i] += number(key, &c) == number(key, &b);
		}
		for (uint32_t i = 0; i < c.pressures; i++) {
			kinds |= 1u << c.pressure[i].kind;
			if (c.pressure[i].kind == XS_PRESSURE_vector_process)
				counts |= 1u << c.pressure[i].count;
		}
		/* The worker of the one and all else of the other. */
		sections += !memcmp(&c.workers, &b.workers, sizeof(c.workers)) &&
			    c.registers == b.registers && c.init == b.init &&
			    c.vectors == b.vectors && c.hold == b.hold && c.hold_us == b.hold_us &&
			    c.signal == a.signal && c.delay_us == a.delay_us && c.abi == a.abi &&
			    c.boundary == a.boundary &&
			    !memcmp(c.pressure, a.pressure, sizeof(c.pressure));
	}
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const bool same =
			is_kept(&xs_keys[i]) || number(&xs_keys[i], &a) == number(&xs_keys[i], &b);

		if (xs_keys[i].section == XS_SECTION_PRESSURE || same)
			continue;
		if (from_a[i] < CROSSOVERS / 10 || from_b[i] < CROSSOVERS / 10)
			fail_msg("%s: %u of one, %u of the other", xs_keys[i].name, from_a[i],
				 from_b[i]);
	}
	assert_true(sections > CROSSOVERS / 200);
	assert_int_equal(kinds, 1u << XS_PRESSURE_vector_process | 1u << XS_PRESSURE_yield |
					1u << XS_PRESSURE_evict);
	assert_int_equal(counts, 1u << 1 | 1u << 2);
}

/* The same seed does the same, another one something else. */
static void test_seed(void **state)
{
	const struct xs_repertoire r = xs_test_repertoire(0);
	struct xs_case a, b;
	uint32_t other = 0;

	(void)state;
	for (uint32_t seed = 0; seed < CROSSOVERS; seed++) {
		xs_case_default(&a);
		xs_case_default(&b);
		xs_mutate(&a, &r, seed);
		xs_mutate(&b, &r, seed);
		assert_memory_equal(&a, &b, sizeof(a));
		xs_case_default(&b);
		xs_mutate(&b, &r, seed + 1);
		other += memcmp(&a, &b, sizeof(a)) != 0;
	}
	assert_true(other > CROSSOVERS * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),	  cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_every_key), cmocka_unit_test(test_crossover),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests_name("mutate", tests, NULL, NULL);
}
