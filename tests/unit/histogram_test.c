// SPDX-License-Identifier: GPL-2.0-only
/* The histogram of xsavage-bench: percentiles beside the exact ones of sorted values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/histogram.h"

#define VALUES 20000u

static const uint32_t points[] = { 0,	   10000,  100000, 250000, 500000, 750000,
				   900000, 990000, 999000, 999900, 999999, 1000000 };

#define POINTS (sizeof(points) / sizeof(points[0]))

static struct xs_histogram histogram;

static int setup(void **state)
{
	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	return 0;
}

/* xorshift64*: the same values every time. */
static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dull;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Nearest rank, the long way. */
static uint64_t exact(const uint64_t *sorted, uint64_t n, uint32_t per_million)
{
	uint64_t rank = 1;

	while (rank < n && rank * 1000000 < n * per_million)
		rank++;
	return sorted[rank - 1];
}

static void assert_close(uint64_t got, uint64_t want)
{
	const uint64_t off = got > want ? got - want : want - got;

	/* Half of a bucket, whose width is at most a 64th of what is in it. */
	if (off > want / 128)
		fail_msg("%llu is not within 1/128 of %llu", (unsigned long long)got,
			 (unsigned long long)want);
}

/* Values of all sizes up to 2^bits, as latencies are: most of them small. */
static void check_random(uint32_t bits, uint32_t n, uint64_t seed)
{
	uint64_t *value = calloc(n, sizeof(*value));

	assert_non_null(value);
	memset(&histogram, 0, sizeof(histogram));
	for (uint32_t i = 0; i < n; i++) {
		value[i] = next(&seed) >> (64 - 1 - next(&seed) % bits);
		xs_histogram_add(&histogram, value[i]);
	}
	qsort(value, n, sizeof(*value), compare);
	assert_int_equal(histogram.total, n);
	assert_int_equal(histogram.min, value[0]);
	assert_int_equal(histogram.max, value[n - 1]);
	for (size_t i = 0; i < POINTS; i++)
		assert_close(xs_histogram_at(&histogram, points[i]), exact(value, n, points[i]));
	free(value);
}

static void random_values(void **state)
{
	(void)state;
	for (uint32_t bits = 1; bits < 64; bits++)
		check_random(bits, VALUES, bits);
	for (uint32_t n = 1; n < 200; n++)
		check_random(40, n, n);
}

static void nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < POINTS; i++)
		assert_int_equal(xs_histogram_at(&histogram, points[i]), 0);
}

static void one_value(void **state)
{
	static const uint64_t values[] = { 0, 1, 63, 64, 127, 128, 129, 1000003, UINT64_MAX };

	(void)state;
	for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
		memset(&histogram, 0, sizeof(histogram));
		xs_histogram_add(&histogram, values[v]);
		for (size_t i = 0; i < POINTS; i++)
			assert_int_equal(xs_histogram_at(&histogram, points[i]), values[v]);
	}
}

/* Below 128 there is nothing to be off by. */
static void small_values_are_exact(void **state)
{
	(void)state;
	for (uint64_t v = 0; v < 128; v++)
		xs_histogram_add(&histogram, v);
	for (uint32_t v = 0; v < 128; v++)
		assert_int_equal(xs_histogram_at(&histogram, (v + 1) * 1000000u / 128), v);
}

/* Every bucket begins where the one before ends, up to the largest value. */
static void buckets_are_in_order(void **state)
{
	uint32_t last = 0;

	(void)state;
	for (uint32_t bit = 0; bit < 64; bit++) {
		for (uint64_t i = 0; i < 256; i++) {
			const uint64_t step = bit < 8 ? 1 : 1ull << (bit - 8);
			const uint64_t v = (1ull << bit) + i * step;
			const uint32_t bucket = xs_histogram_bucket(v);

			if (v >> bit != 1)
				break;
			assert_int_in_range(bucket, last, last + 1);
			last = bucket;
		}
	}
	assert_int_equal(xs_histogram_bucket(UINT64_MAX), XS_HISTOGRAM_BUCKETS - 1);
}

/* A tail of one in a thousand is seen from 99.9 % on, no earlier. */
static void tail(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 9990; i++)
		xs_histogram_add(&histogram, 2000);
	for (uint32_t i = 0; i < 10; i++)
		xs_histogram_add(&histogram, 1ull << 62);
	assert_close(xs_histogram_at(&histogram, 999000), 2000);
	assert_close(xs_histogram_at(&histogram, 999001), 1ull << 62);
	assert_int_equal(xs_histogram_at(&histogram, 1000000), 1ull << 62);
}

/* Ranks of more values than anybody will ever have do not overflow. */
static void many(void **state)
{
	(void)state;
	histogram.count[100] = 1ull << 62;
	histogram.count[110] = 1ull << 62;
	histogram.total = 1ull << 63;
	histogram.min = 100;
	histogram.max = 110;
	assert_int_equal(xs_histogram_at(&histogram, 500000), 100);
	assert_int_equal(xs_histogram_at(&histogram, 500001), 110);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(random_values, setup),
		cmocka_unit_test_setup(nothing, setup),
		cmocka_unit_test_setup(one_value, setup),
		cmocka_unit_test_setup(small_values_are_exact, setup),
		cmocka_unit_test_setup(buckets_are_in_order, setup),
		cmocka_unit_test_setup(tail, setup),
		cmocka_unit_test_setup(many, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
