// SPDX-License-Identifier: GPL-2.0-only
/* The rank test and its adjustment against their definitions, by enumeration. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/rank.h"

#define CLOSE 1e-9

/* cmocka's own takes floats. */
#define assert_near(a, b) assert_true(fabs((a) - (b)) < CLOSE)

static uint32_t random_state = 1;

static uint32_t below(uint32_t limit)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % limit;
}

/* Mann's and Whitney's U by its definition: pairs in which @a is greater; ties are half. */
static double u_of(const double *a, size_t n, const double *b, size_t m)
{
	double u = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			u += a[i] > b[k] ? 1 : a[i] < b[k] ? 0 : 0.5;
	return u;
}

/* The share of all splits of the values that are at least as uneven. */
static double enumerate(const double *a, size_t n, const double *b, size_t m)
{
	const double middle = (double)(n * m) / 2, off = fabs(u_of(a, n, b, m) - middle);
	uint32_t splits = 0, uneven = 0;

	for (uint32_t set = 0; set < 1u << (n + m); set++) {
		double x[16], y[16];
		size_t nx = 0, ny = 0;

		if ((size_t)__builtin_popcount(set) != n)
			continue;
		for (size_t i = 0; i < n + m; i++) {
			const double value = i < n ? a[i] : b[i - n];

			if (set >> i & 1)
				x[nx++] = value;
			else
				y[ny++] = value;
		}
		splits++;
		uneven += fabs(u_of(x, n, y, m) - middle) >= off - CLOSE;
	}
	return (double)uneven / splits;
}

static void test_exact(void **state)
{
	(void)state;
	for (int i = 0; i < 400; i++) {
		const size_t n = 1 + below(6), m = 1 + below(6);
		const uint32_t values = i % 2 ? 5 : 100000; /* with many ties, and hardly any */
		double a[6], b[6];

		for (size_t k = 0; k < n; k++)
			a[k] = below(values);
		for (size_t k = 0; k < m; k++)
			b[k] = below(values) + below(values / 2);
		assert_near(xs_rank_p(a, n, b, m), enumerate(a, n, b, m));
		assert_near(xs_rank_p(b, m, a, n), enumerate(a, n, b, m));
		/* Ties can make the one end less probable than the other. */
		assert_true(n != m || xs_rank_p(a, n, b, m) >= xs_rank_least_p(n, m) - CLOSE);
	}
}

static void test_known(void **state)
{
	const double low[4] = { 1, 2, 3, 4 }, high[4] = { 5, 6, 7, 8 };

	(void)state;
	assert_near(xs_rank_p(low, 4, high, 4), 2.0 / 70);
	assert_near(xs_rank_p(low, 3, high, 3), 2.0 / 20);
	assert_near(xs_rank_p(low, 4, low, 4), 1);
	assert_near(xs_rank_p(low, 0, high, 4), 1);
	assert_near(xs_rank_p(low, 4, high, 0), 1);
}

/* The least p is that of two samples of which one lies above the other. */
static void test_least(void **state)
{
	double values[12];

	(void)state;
	for (size_t i = 0; i < 12; i++)
		values[i] = (double)i;
	for (size_t n = 1; n <= 6; n++)
		for (size_t m = 1; m <= 6; m++)
			assert_near(xs_rank_least_p(n, m), enumerate(values, n, values + n, m));
	assert_int_equal(xs_rank_values(0.05), 4);
	assert_true(xs_rank_least_p(3, 3) > 0.05);
	for (double p = 0.5; p > 1e-9; p /= 3) {
		const size_t n = xs_rank_values(p);

		assert_true(xs_rank_least_p(n, n) <= p);
		assert_true(n == 1 || xs_rank_least_p(n - 1, n - 1) > p);
	}
}

/* Beyond the exact: the share of many random splits. */
static void test_normal(void **state)
{
	static const uint32_t ranges[] = { 8, 50, 1000000 };
	double all[40], x[40];

	(void)state;
	for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++) {
		const double middle = 18.0 * 22 / 2;
		uint32_t uneven = 0;
		double off;

		for (size_t i = 0; i < 40; i++)
			x[i] = all[i] = below(ranges[r]) + (i < 18 ? 0 : 0.25 * ranges[r]);
		off = fabs(u_of(all, 18, all + 18, 22) - middle);
		for (uint32_t split = 0; split < 20000; split++) {
			for (uint32_t i = 39; i; i--) {
				const uint32_t k = below(i + 1);
				const double value = x[i];

				x[i] = x[k];
				x[k] = value;
			}
			uneven += fabs(u_of(x, 18, x + 18, 22) - middle) >= off - CLOSE;
		}
		/* Four standard errors of the share at most, and the approximation's own. */
		assert_true(fabs(xs_rank_p(all, 18, all + 18, 22) - uneven / 20000.0) < 0.02);
	}
	for (size_t i = 0; i < 40; i++)
		all[i] = 7;
	assert_near(xs_rank_p(all, 18, all + 18, 22), 1);
	for (size_t i = 0; i < 40; i++)
		all[i] = (double)i;
	/* All of one lie below all of the other. */
	assert_true(xs_rank_p(all, 20, all + 20, 20) < 1e-6);
}

/* By its definition: the least rate at which the procedure would name this test. */
static void test_discovery(void **state)
{
	double p[40], q[40];

	(void)state;
	for (int round = 0; round < 200; round++) {
		const size_t n = 1 + below(40);

		for (size_t i = 0; i < n; i++)
			q[i] = p[i] = (1 + below(round % 2 ? 20 : 100000)) /
				      (round % 2 ? 20.0 : 100000.0);
		assert_int_equal(xs_discovery(q, n), 0);
		for (size_t i = 0; i < n; i++) {
			double least = 1;

			for (size_t k = 0; k < n; k++) {
				size_t rank = 0;

				for (size_t l = 0; l < n; l++)
					rank += p[l] <= p[k];
				if (p[k] >= p[i])
					least = fmin(least, p[k] * (double)n / (double)rank);
			}
			assert_near(q[i], least);
		}
	}
	assert_int_equal(xs_discovery(NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),	  cmocka_unit_test(test_known),
		cmocka_unit_test(test_least),	  cmocka_unit_test(test_normal),
		cmocka_unit_test(test_discovery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
