// SPDX-License-Identifier: GPL-2.0-only
/* Errors longer than there is room for: cut between two words, and readable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "case/case.h"
#include "case/schema.h"
#include "case/str.h"

/* @at is what follows the colon of an error: all names, or the first ones and dots. */
static void assert_list(const char *why, const char *at, enum xs_axis_id axis)
{
	size_t n;

	for (unsigned int row = 0; row < xs_axes[axis].rows; row++) {
		if (!strcmp(at, "...")) {
			/* No sooner than need be. */
			assert_true(strlen(why) + strlen(xs_name(axis, row)) + 2 >
				    XS_WHY_BYTES - 1);
			return;
		}
		n = strlen(xs_name(axis, row));
		if (strncmp(at, xs_name(axis, row), n) != 0)
			fail_msg("no %s, and no dots, where \"%s\" ends with \"%s\"",
				 xs_name(axis, row), why, at);
		at += n;
		if (row + 1 < xs_axes[axis].rows)
			assert_memory_equal(at, ", ", 2);
		at += row + 1 < xs_axes[axis].rows ? 2 : 0;
	}
	assert_string_equal(at, "");
}

/* Long lists are cut between two names, at every length of what comes before. */
static void test_long_lists(void **unused)
{
	static const struct {
		const char *text;
		enum xs_axis_id axis;
	} lists[] = {
		{ "[case]\n[signal]\nsource = no-such-source\n", XS_AXIS_SIGNAL },
		{ "[case]\n[handler]\naction = no-such-action\n", XS_AXIS_HANDLER },
		{ "[case]\n[stack]\nfault = no-such-fault\n", XS_AXIS_STACK },
		{ "[case]\n[pressure no-such-kind]\n", XS_AXIS_PRESSURE },
	};
	char why[XS_WHY_BYTES], file[101];
	struct xs_case c;
	unsigned int cuts = 0;

	(void)unused;
	memset(file, 'f', sizeof(file));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t n = 0; n < sizeof(file); n++) {
			const char *text = lists[i].text, *quote;

			file[n] = '\0';
			assert_int_equal(xs_case_parse(&c, text, strlen(text), file, why), -EINVAL);
			file[n] = 'f';
			quote = strstr(why, "no-such-");
			assert_non_null(quote);
			quote = quote ? strstr(quote, ": ") : NULL;
			assert_non_null(quote);
			if (quote)
				assert_list(why, quote + 2, lists[i].axis);
			cuts += !strcmp(why + strlen(why) - 3, "...");
		}
	}
	/* The longest list of this version does not fit behind the longest name. */
	assert_true(cuts > 0);
}

/* What is cut stays cut, whatever is appended; where no word ends near, inside one. */
static void test_cut(void **unused)
{
	char text[64];
	struct xs_str s = xs_str_open(text, 16);

	(void)unused;
	memset(text, 'z', sizeof(text));
	xs_str_put(&s, "one two three");
	xs_str_put(&s, " four");
	assert_string_equal(text, "one two ...");
	xs_str_put(&s, " five");
	xs_str_put(&s, "");
	xs_str_add(&s, "%s", "six");
	xs_str_quote(&s, "seven");
	assert_string_equal(text, "one two ...");
	assert_int_equal(s.used, strlen(text));
	assert_true(s.used < s.bytes);

	s = xs_str_open(text, 16);
	xs_str_add(&s, "%s %s", "0123456789abcde", "fgh");
	assert_string_equal(text, "0123456789ab...");
	xs_str_add(&s, "%s", "ijk");
	assert_string_equal(text, "0123456789ab...");
	s = xs_str_open(text, 16);
	xs_str_put(&s, "0123456789abcde");
	assert_string_equal(text, "0123456789abcde");
	xs_str_put(&s, "f");
	assert_string_equal(text, "0123456789ab...");
	s = xs_str_open(text, 48);
	xs_str_add(&s, "a %0*d", 100, 7);
	assert_int_equal(strlen(text), 47);
	assert_string_equal(text + 42, "00...");
	assert_int_equal(text[48], 'z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
