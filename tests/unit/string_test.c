// SPDX-License-Identifier: GPL-2.0-only
/* harness/task/string.S against a byte at a time: every size, distance and overlap up to some. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 24u

/* By pointers that the compiler cannot look through, or it would put its own code there. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;

static void fill(uint8_t *at)
{
	for (uint32_t i = 0; i < 2 * ROOM; i++)
		at[i] = (uint8_t)(200 + i);
}

static void test_copies(void **state)
{
	uint8_t is[2 * ROOM], was[2 * ROOM];

	(void)state;
	for (uint32_t to = 0; to < ROOM; to++)
		for (uint32_t from = 0; from < ROOM; from++)
			for (uint32_t n = 0; n <= ROOM; n++) {
				const bool apart = to + n <= from || from + n <= to;

				for (uint32_t how = apart ? 0 : 1; how < 2; how++) {
					fill(is);
					fill(was);
					assert_ptr_equal((how ? move : copy)(is + to, is + from, n),
							 is + to);
					for (uint32_t i = 0; i < 2 * ROOM; i++)
						assert_int_equal(is[i], i >= to && i < to + n
										? was[i - to + from]
										: was[i]);
				}
			}
}

static void test_sets(void **state)
{
	uint8_t is[2 * ROOM], was[2 * ROOM];

	(void)state;
	fill(was);
	for (uint32_t at = 0; at < ROOM; at++)
		for (uint32_t n = 0; n <= ROOM; n++) {
			fill(is);
			assert_ptr_equal(set(is + at, 0x1c3, n), is + at);
			for (uint32_t i = 0; i < 2 * ROOM; i++)
				assert_int_equal(is[i], i >= at && i < at + n ? 0xc3 : was[i]);
		}
}

static void test_compares(void **state)
{
	uint8_t a[2 * ROOM], b[2 * ROOM];

	(void)state;
	fill(a);
	for (uint32_t n = 0; n <= ROOM; n++)
		for (uint32_t at = 0; at < ROOM; at++) {
			fill(b);
			b[at] = 255;
			assert_int_equal(compare(a, b, n) < 0, at < n);
			assert_int_equal(compare(b, a, n) > 0, at < n);
			assert_int_equal(compare(a, b, n) == 0, at >= n);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
