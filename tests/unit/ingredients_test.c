// SPDX-License-Identifier: GPL-2.0-only
/* Ingredients of a finding: the same cases, each without one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reduce/ingredients.h"
#include "unit/random_case.h"

#define CASES	400u
#define MACHINE (ALL_STATES & ~(1u << XS_STATE_amx | 1u << XS_STATE_apx)) /* one without these */

static void test_ingredients(void **unused)
{
	static struct xs_ingredient found[XS_INGREDIENTS_MAX];
	uint64_t state = 5;
	char why[XS_WHY_BYTES];
	struct xs_case c;

	(void)unused;
	for (uint32_t n = 0; n < CASES; n++) {
		random_case(&state, &c);
		const uint32_t count = xs_ingredients(&c, MACHINE, found);

		assert_true(count < XS_INGREDIENTS_MAX);
		for (uint32_t i = 0; i < count; i++) {
			if (xs_case_valid(&found[i].c, why))
				fail_msg("%s: %s", found[i].what, why);
			assert_memory_not_equal(&found[i].c, &c, sizeof(c));
			for (uint32_t k = 0; k < i; k++)
				assert_memory_not_equal(&found[i].c, &found[k].c, sizeof(c));
		}
	}
}

static const struct xs_ingredient *ingredient(const struct xs_ingredient *from, uint32_t count,
					      const char *what)
{
	for (uint32_t i = 0; i < count; i++)
		if (!strcmp(from[i].what, what))
			return &from[i];
	fail_msg("no ingredient \"%s\"", what);
	return from;
}

/* What a kernel developer asks of stale-owner. */
static void test_stale_owner(void **unused)
{
	static struct xs_ingredient found[XS_INGREDIENTS_MAX];
	char why[XS_WHY_BYTES];
	struct xs_case c;
	uint32_t count;

	(void)unused;
	if (xs_case_load(&c, XS_CORPUS_DIR "/regress/stale-owner.case", why))
		fail_msg("%s", why);
	count = xs_ingredients(&c, MACHINE, found);
	assert_int_equal(ingredient(found, count, "x87, SSE or AVX registers in use")->c.registers,
			 1u << XS_STATE_pkru);
	assert_int_equal(
		ingredient(found, count, "a page fault while the frame is written")->c.fault,
		XS_STACK_none);
	assert_int_equal(ingredient(found, count, "another task")->c.pressures, 0);
	assert_int_equal(
		ingredient(found, count, "another task on the worker's CPU")->c.pressure[0].place,
		XS_PLACE_L3);
	assert_int_equal(
		ingredient(found, count, "registers in use in that task")->c.pressure[0].kind,
		XS_PRESSURE_yield);
	assert_true(ingredient(found, count, "only mxcsr in use")->alone);
}

/* r16-31 are switched as vector registers are, and are none. */
static void test_apx(void **unused)
{
	static struct xs_ingredient found[XS_INGREDIENTS_MAX];
	struct xs_case c;
	uint32_t count;

	(void)unused;
	xs_case_default(&c);
	c.registers = 1u << XS_STATE_apx;
	count = xs_ingredients(&c, ALL_STATES, found);
	assert_int_equal(
		ingredient(found, count, "x87, SSE, AVX or APX registers in use")->c.registers,
		1u << XS_STATE_pkru);
	for (uint32_t i = 0; i < count; i++)
		assert_string_not_equal(found[i].what, "vector registers in use");
}

/* What is wrong with the pages, and which pages they are. */
static void test_faults_by_name(void **unused)
{
	static const struct {
		uint8_t fault, missing;
		uint32_t boundary;
		const char *what, *side, *where;
	} rows[] = {
		{ XS_STACK_readonly, XS_MISSING_LOWER, 0, "a frame that cannot be written",
		  "fpstate writable, what lies below it read-only",
		  "a page boundary where fpstate begins" },
		{ XS_STACK_readonly, XS_MISSING_UPPER, 640, "a frame that cannot be written",
		  "fpstate's first page writable, the next read-only",
		  "a page boundary inside fpstate" },
		{ XS_STACK_readonly, XS_MISSING_ALL, XS_BOUNDARY_NONE,
		  "a frame that cannot be written", NULL, NULL },
		{ XS_STACK_dontneed, XS_MISSING_LOWER, 0, "a page fault while the frame is written",
		  "fpstate present, what lies below it missing",
		  "a page boundary where fpstate begins" },
		{ XS_STACK_dontneed, XS_MISSING_LOWER, 640,
		  "a page fault while the frame is written",
		  "fpstate's first page missing, the next present",
		  "a page boundary inside fpstate" },
	};
	static struct xs_ingredient found[XS_INGREDIENTS_MAX];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_case c;
		uint32_t count;

		xs_case_default(&c);
		c.fault = rows[i].fault;
		c.missing = rows[i].missing;
		c.boundary = rows[i].boundary;
		assert_int_equal(xs_case_valid(&c, NULL), 0);
		count = xs_ingredients(&c, MACHINE, found);
		assert_int_equal(ingredient(found, count, rows[i].what)->c.fault, XS_STACK_none);
		if (rows[i].side)
			assert_int_equal(ingredient(found, count, rows[i].side)->c.missing,
					 XS_MISSING_ALL);
		if (rows[i].where)
			assert_int_equal(ingredient(found, count, rows[i].where)->c.boundary,
					 XS_BOUNDARY_NONE);
		for (uint32_t n = 0; rows[i].fault == XS_STACK_readonly && n < count; n++) {
			assert_null(strstr(found[n].what, "page fault"));
			assert_null(strstr(found[n].what, "present"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ingredients),
		cmocka_unit_test(test_faults_by_name),
		cmocka_unit_test(test_stale_owner),
		cmocka_unit_test(test_apx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
