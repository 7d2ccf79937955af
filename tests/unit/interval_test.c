// SPDX-License-Identifier: GPL-2.0-only
/* How sure a rate is, and how far apart numbers lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/interval.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
static void wilson_intervals(void **unused)
{
	static const struct {
		uint64_t hits, runs;
		double low, high;
	} rows[] = {
		{ 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0, 0.1611 },
		{ 1, 29, 0.0061, 0.1718 },   { 5, 5, 0.5655, 1 },	  { 0, 0, 0, 1 },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct xs_interval w = xs_wilson(rows[i].hits, rows[i].runs);

		assert_float_equal(w.low, rows[i].low, 0.00006);
		assert_float_equal(w.high, rows[i].high, 0.00006);
	}
	assert_float_equal(xs_rule_of_three(0), 1, 0);
	assert_float_equal(xs_rule_of_three(3), 1, 0);
	assert_float_equal(xs_rule_of_three(3000), 0.001, 1e-9);
}

static void spreads(void **unused)
{
	uint64_t odd[] = { 9, 1, 5 }, even[] = { 8, 2, 4, 3 };
	uint64_t huge[] = { UINT64_MAX, UINT64_MAX - 2 };
	struct xs_spread s;

	(void)unused;
	s = xs_spread(odd, 3);
	assert_memory_equal(&s, (&(struct xs_spread){ 1, 5, 9 }), sizeof(s));
	s = xs_spread(even, 4);
	assert_memory_equal(&s, (&(struct xs_spread){ 2, 3, 8 }), sizeof(s));
	s = xs_spread(huge, 2);
	assert_memory_equal(&s, (&(struct xs_spread){ UINT64_MAX - 2, UINT64_MAX - 1, UINT64_MAX }),
			    sizeof(s));
	s = xs_spread(odd, 1);
	assert_memory_equal(&s, (&(struct xs_spread){ 1, 1, 1 }), sizeof(s));
	s = xs_spread(NULL, 0);
	assert_memory_equal(&s, (&(struct xs_spread){ 0, 0, 0 }), sizeof(s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson_intervals),
		cmocka_unit_test(spreads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
