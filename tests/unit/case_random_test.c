// SPDX-License-Identifier: GPL-2.0-only
/* The case text on random cases and random text: the identity holds and parsing is total. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>

#include "unit/random_case.h"

#define ROUND_TRIPS 100000u
#define MUTATIONS   200000u

/* @c is valid and its text stands for it, bit for bit; a second print then gives the same text. */
static void assert_identity(const struct xs_case *c)
{
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "";
	struct xs_case parsed;
	size_t bytes;

	if (xs_case_valid(c, why))
		fail_msg("not valid: %s", why);
	bytes = xs_case_print(c, text);
	assert_int_equal(bytes, strlen(text));
	memset(&parsed, 0xa5, sizeof(parsed));
	if (xs_case_parse(&parsed, text, bytes, "print", why))
		fail_msg("%s\n%s", why, text);
	assert_memory_equal(&parsed, c, sizeof(parsed));
}

static void test_round_trip(void **unused)
{
	uint64_t state = 2;
	struct xs_case c;
	uint32_t i;

	(void)unused;
	for (i = 0; i < ROUND_TRIPS; i++) {
		random_case(&state, &c);
		assert_identity(&c);
	}
}

/* The longest text there is: every line and the whole are far inside the limits of a parse. */
static void test_longest(void **unused)
{
	char text[XS_CASE_TEXT_MAX];
	struct xs_case c;
	unsigned int kind;
	size_t line;
	char *at;

	(void)unused;
	xs_case_default(&c);
	memset(c.name, 'n', XS_NAME_BYTES - 1);
	memset(c.cpus, '1', XS_CPUS_BYTES - 1);
	for (line = 1; line < XS_CPUS_BYTES - 1; line += 2)
		c.cpus[line] = ',';
	c.registers = c.init = ALL_STATES;
	for (line = 0; line < XS_VECTORS; line++)
		if (line % 3 == 2)
			c.vectors &=
				~(1u << line); /* 0-1,3-4, ...: more text than every other one */
	c.handler = XS_HANDLER_nest;
	c.abi = XS_ABI_ia32_rt;
	for (kind = 0; kind < XS_PRESSURES && c.pressures < XS_CASE_PRESSURES; kind++) {
		if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR))
			continue;
		xs_case_pressure_default(&c.pressure[c.pressures], kind);
		c.pressure[c.pressures++].registers = ALL_STATES;
	}
	assert_true(xs_case_print(&c, text) < XS_CASE_TEXT_MAX / 2);
	for (at = text; *at; at += line + 1) {
		line = strcspn(at, "\n");
		assert_true(line <= XS_CASE_LINE_MAX * 3 / 4);
	}
	assert_identity(&c);
}

static const char *const tokens[] = {
	"[case]\n",
	"[worker]\n",
	"[signal]\n",
	"[handler]\n",
	"[stack]\n",
	"[pressure ",
	"]",
	"\n",
	" = ",
	"=",
	":",
	",",
	" ;",
	"#",
	"\r\n",
	"\t",
	"all",
	"none",
	"auto",
	"lower",
	"missing = upper\n",
	"restore = upper\n",
	"init = none\n",
	"vectors = 0-3,8\n",
	"depth = 2\n",
	"action = nest\n",
	"abi = ia32-rt\n",
	"hold_us = 7\n",
	"registers = ",
	"count = ",
	"4294967296",
	"18446744073709551617",
	"-1",
	"0x10",
	"\xef\xbb\xbf",
	"\xc3\xbc",
	"\xff",
	"\xed\xa0\x80",
	"%s%n",
	"yield",
	"vector-thread]\n",
};

/* Replace @cut bytes of @text at @at by @paste. Return: the new length. */
static size_t splice(char *text, size_t bytes, size_t at, size_t cut, const char *paste, size_t n)
{
	if (bytes - cut + n > XS_CASE_TEXT_MAX)
		return bytes;
	memmove(text + at + n, text + at + cut, bytes - at - cut);
	memcpy(text + at, paste, n);
	return bytes - cut + n;
}

static size_t mutate(uint64_t *state, char *text, size_t bytes)
{
	const char *token = tokens[next(state) % (sizeof(tokens) / sizeof(tokens[0]))];
	size_t at = next(state) % (bytes + 1), n = next(state) % (bytes - at + 1);
	char copy[256];

	switch (next(state) % 7) {
	case 0: /* one bit */
		if (at < bytes)
			text[at] = (char)(text[at] ^ 1 << next(state) % 8);
		return bytes;
	case 1: /* one byte, any */
		copy[0] = (char)next(state);
		return splice(text, bytes, at, at < bytes, copy, 1);
	case 2: /* a token, inserted */
		return splice(text, bytes, at, 0, token, strlen(token));
	case 3: /* a token, over what is there */
		return splice(text, bytes, at, n < 8 ? n : 8, token, strlen(token));
	case 4: /* a piece taken out */
		return splice(text, bytes, at, n < 64 ? n : 64, "", 0);
	case 5: /* a piece once more, elsewhere */
		n = n < sizeof(copy) ? n : sizeof(copy);
		memcpy(copy, text + at, n);
		return splice(text, bytes, next(state) % (bytes + 1), 0, copy, n);
	default: /* cut short, seldom */
		return next(state) % 8 ? bytes : at;
	}
}

/* "m:LINE: reason", with a line of the text, and nothing a terminal would act on. */
static void assert_reason(const char *why, const char *text, size_t bytes)
{
	unsigned int line = 0, lines = 1, taken = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		lines += text[i] == '\n';
	assert_int_equal(sscanf(why, "m:%u: %*c%n", &line, (int *)&taken), 1);
	assert_true(taken > 0);
	assert_int_in_range(line, 1, lines);
	for (i = 0; why[i] >= ' ' && why[i] <= '~'; i++)
		;
	assert_int_equal(why[i], '\0');
	assert_true(i < XS_WHY_BYTES);
}

static void test_mutations(void **unused)
{
	char printed[XS_CASE_TEXT_MAX] = "", text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	uint32_t i, accepted = 0, refused = 0;
	struct xs_case c, before;
	uint64_t state = 3;
	size_t bytes = 0, k;

	(void)unused;
	for (i = 0; i < MUTATIONS; i++) {
		char *exact;

		if (i % 16 == 0) {
			random_case(&state, &c);
			xs_case_print(&c, printed);
		}
		bytes = strlen(printed);
		memcpy(text, printed, bytes);
		for (k = 1 + next(&state) % 4; k; k--)
			bytes = mutate(&state, text, bytes);
		/* Exactly as large as its bytes: a read past the end is seen by ASan. */
		exact = malloc(bytes ? bytes : 1);
		assert_non_null(exact);
		memcpy(exact, text, bytes);
		memset(&c, 0xa5, sizeof(c));
		memset(&before, 0xa5, sizeof(before)); /* not assigned: padding too */
		if (!xs_case_parse(&c, exact, bytes, "m", why)) {
			accepted++;
			assert_identity(&c);
		} else {
			refused++;
			assert_memory_equal(&c, &before, sizeof(c));
			assert_reason(why, exact, bytes);
		}
		free(exact);
	}
	/* Both ways were really taken. */
	assert_true(accepted > MUTATIONS / 40);
	assert_true(refused > MUTATIONS / 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
