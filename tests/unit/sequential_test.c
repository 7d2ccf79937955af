// SPDX-License-Identifier: GPL-2.0-only
/* The sequential test keeps its error rates, in few runs, at any chance of a hit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "campaign/sequential.h"
#include "unit/random_case.h"

#define TESTS 4000u
/* What 5 % may come to in so many tests: three standard deviations more. */
#define ERRORS_MAX (TESTS * 0.05 + 3 * sqrt(TESTS * 0.05 * 0.95))

static const double chances[] = { 0.9, 0.75, 0.5, 0.2, 0.05 };
#define CHANCES (sizeof(chances) / sizeof(chances[0]))

static bool happens(uint64_t *state, double chance)
{
	return (double)(next(state) >> 11) * 0x1p-53 < chance;
}

/* How TESTS tests end, of what has @factor times the rate of @chance. */
struct ends {
	uint32_t by_decision[3], by_weight[XS_WEIGHTS], full;
	double runs; /* on average, until the decision */
};

static struct ends simulate(uint64_t *state, double chance, double factor)
{
	struct ends e = { 0 };

	for (uint32_t n = 0; n < TESTS; n++) {
		struct xs_sequential s;

		xs_sequential_begin(&s, chance);
		while (xs_sequential_decision(&s) == XS_OPEN && !xs_sequential_full(&s))
			xs_sequential_add(&s, happens(state, xs_chance_at(chance, factor)), 1);
		e.by_decision[xs_sequential_decision(&s)]++;
		e.full += xs_sequential_full(&s);
		e.runs += (double)s.runs / TESTS;
		xs_sequential_begin(&s, chance);
		while (xs_sequential_weight(&s) == XS_WEIGHT_OPEN && !xs_sequential_full(&s)) {
			const uint32_t units = xs_sequential_units(&s);

			xs_sequential_add(&s, happens(state, xs_chance_at(chance, factor * units)),
					  units);
		}
		e.by_weight[xs_sequential_weight(&s)]++;
	}
	return e;
}

static void test_error_rates(void **unused)
{
	uint64_t state = 1;

	(void)unused;
	for (size_t i = 0; i < CHANCES; i++) {
		const struct ends whole = simulate(&state, chances[i], 1);
		const struct ends lost = simulate(&state, chances[i], XS_RATE_LOST);
		const struct ends less = simulate(&state, chances[i], XS_RATE_LOST / 3);

		assert_true(whole.by_decision[XS_LOSES] <= ERRORS_MAX);
		assert_true(lost.by_decision[XS_KEEPS] <= ERRORS_MAX);
		assert_true(less.by_decision[XS_KEEPS] <= ERRORS_MAX / 2);
		/* It decides: what is left open is rare. */
		assert_true(whole.full + lost.full <= TESTS / 100);
	}
}

/* The same against a chance that is known from runs only, and counts as 90 % at most. */
static void test_estimated_standard(void **unused)
{
	static const double at[] = { 0.95, 0.9, 0.75, 0.5, 0.2, 0.1, 0.05 };
	uint64_t state = 4;

	(void)unused;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		uint32_t refused = 0, kept = 0;

		for (uint32_t n = 0; n < 2 * TESTS; n++) {
			const double factor = n & 1 ? 1 : XS_RATE_LOST;
			uint32_t hits = 0, runs = 0;
			struct xs_sequential s;

			while (!xs_standard_known(hits, runs)) {
				hits += happens(&state, at[i]);
				runs++;
			}
			xs_sequential_begin(&s, xs_chance(hits, runs));
			while (xs_sequential_decision(&s) == XS_OPEN && !xs_sequential_full(&s))
				xs_sequential_add(&s, happens(&state, xs_chance_at(at[i], factor)),
						  1);
			refused += factor == 1 && xs_sequential_decision(&s) == XS_LOSES;
			kept += factor < 1 && xs_sequential_decision(&s) == XS_KEEPS;
		}
		assert_true(refused <= TESTS * 0.12);
		assert_true(kept <= TESTS * 0.14);
	}
}

static void test_weights(void **unused)
{
	uint64_t state = 2;

	(void)unused;
	for (size_t i = 0; i < CHANCES; i++) {
		const struct ends never = simulate(&state, chances[i], 0);
		const struct ends seldom = simulate(&state, chances[i], XS_RATE_NEVER);
		const struct ends lost = simulate(&state, chances[i], XS_RATE_LOST);
		const struct ends whole = simulate(&state, chances[i], 1);

		assert_int_equal(never.by_weight[XS_NECESSARY], TESTS);
		assert_true(seldom.by_weight[XS_NECESSARY] <= ERRORS_MAX);
		assert_true(lost.by_weight[XS_IRRELEVANT] <= ERRORS_MAX);
		assert_true(lost.by_weight[XS_HELPS] >= TESTS * 0.9);
		assert_true(whole.by_weight[XS_HELPS] + whole.by_weight[XS_NECESSARY] <=
			    ERRORS_MAX);
	}
}

static void test_few_runs(void **unused)
{
	uint64_t state = 3;

	(void)unused;
	/* Where nearly every run hits, a few are enough. */
	assert_true(simulate(&state, 0.9, 1).runs < 8);
	assert_true(simulate(&state, 0.9, 0).runs <= 2);
	assert_true(simulate(&state, 0.9, XS_RATE_LOST).runs < 8);
	/* The rarer, the more: about four mean times to a hit, if it never does. */
	assert_true(simulate(&state, 0.05, 0).runs * -log1p(-0.05) < 5);
}

static void test_same_in_same_out(void **unused)
{
	struct xs_sequential a, b;

	(void)unused;
	xs_sequential_begin(&a, 0.5);
	xs_sequential_begin(&b, 0.5);
	for (uint32_t i = 0; i < 20; i++) {
		xs_sequential_add(&a, i % 3 == 0, 1);
		xs_sequential_add(&b, i % 3 == 0, 1);
	}
	assert_memory_equal(&a, &b, sizeof(a));
	/* A run of four lengths without a hit says what four runs say. */
	xs_sequential_begin(&a, 0.3);
	xs_sequential_begin(&b, 0.3);
	xs_sequential_add(&a, false, 4);
	for (uint32_t i = 0; i < 4; i++)
		xs_sequential_add(&b, false, 1);
	assert_true(fabs(a.llr - b.llr) < 1e-9);
	assert_int_equal(a.units, b.units);
}

static void test_chance(void **unused)
{
	(void)unused;
	assert_true(fabs(xs_chance(3, 9) - 0.35) < 1e-9);
	assert_true(xs_chance(1000, 1000) == 0.9);
	assert_true(xs_chance(0, 10) > 0);
	assert_true(fabs(xs_chance_at(0.75, 0.5) - 0.5) < 1e-9);
	assert_true(xs_chance_at(0.75, 0) == 0);
}

static void test_sign_test(void **unused)
{
	(void)unused;
	assert_true(xs_sign_test(0, 0) == 1);
	assert_true(fabs(xs_sign_test(0, 5) - 1 / 32.0) < 1e-12);
	assert_true(fabs(xs_sign_test(1, 7) - 9 / 256.0) < 1e-12);
	assert_true(fabs(xs_sign_test(8, 0) - 1) < 1e-12);
}

static void test_lengths(void **unused)
{
	(void)unused;
	assert_int_equal(xs_run_length_ms(10000000000, 10, 60000), 3001);
	assert_int_equal(xs_run_length_ms(10000000000, 10, 2000), 2000);
	assert_int_equal(xs_run_length_ms(1000000, 10, 60000), 150);
	assert_int_equal(xs_run_length_ms(1000000, 10, 20), 20);
	/* 12 of 12: at least 75.7 % by Wilson, and 3.26 runs make 99 %. */
	assert_int_equal(xs_sure_length_ms(12, 12, 1000), 4000);
	assert_int_equal(xs_sure_length_ms(12, 12, 100), 1000);
	assert_int_equal(xs_sure_length_ms(1, 1000000, 86400000), 86400000);
}

static void test_slower(void **unused)
{
	(void)unused;
	assert_false(xs_slower(5, 5000000000, 10, 10000000000, 3));
	assert_false(xs_slower(5, 15000000000, 10, 10000000000, 3));
	assert_true(xs_slower(5, 16000000000, 10, 10000000000, 3));
	/* The start of a run does not count, however quick the case itself is. */
	assert_false(xs_slower(5, 250000000, 10, 1000000, 3));
	assert_true(xs_slower(5, 300000000, 10, 1000000, 3));
	assert_true(xs_slower(0, 1, 1, 1, 3));
	assert_false(xs_slower(0, 1, 0, 1, 3));
	assert_true(xs_slower_factor(24, 24) == 2);
	assert_true(fabs(xs_slower_factor(5, 5) - 2.83) < 0.01);
	assert_false(xs_slower(0, 1, 0, 1, xs_slower_factor(0, 0)));
	assert_true(xs_slower(0, 1, 1, 1, xs_slower_factor(0, 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_rates),	 cmocka_unit_test(test_estimated_standard),
		cmocka_unit_test(test_weights),		 cmocka_unit_test(test_few_runs),
		cmocka_unit_test(test_same_in_same_out), cmocka_unit_test(test_chance),
		cmocka_unit_test(test_sign_test),	 cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_slower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
