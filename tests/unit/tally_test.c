// SPDX-License-Identifier: GPL-2.0-only
/* What many runs come to: hits with their interval, how soon, the worst verdict, an exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "campaign/campaign.h"
#include "campaign/check.h"
#include "campaign/tally.h"
#include "unit/text.h"

static struct xs_record record;
static struct xs_verdict verdict;

/* A run whose first finding came so long after its first signal. */
static void add(struct xs_tally *t, enum xs_verdict_kind kind, uint32_t findings, uint64_t ms)
{
	record = (struct xs_record){ .since_signal_ns = ms * 1000000,
				     .faults = 2 * ms,
				     .signals = 3 * ms };
	verdict.kind = (uint8_t)kind;
	verdict.findings = findings;
	verdict.finding[0].record = &record;
	xs_tally_add(t, &verdict);
}

static char *printed(struct xs_tally *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_tally_print(f, "a\033.case", t);
	fclose(f);
	if (!text)
		abort();
	return text;
}

static void hits_are_counted_and_timed(void **unused)
{
	struct xs_tally t;
	char *text;

	(void)unused;
	assert_int_equal(xs_tally_open(&t, 6), 0);
	add(&t, XS_PASS, 0, 0);
	add(&t, XS_CORRUPT, 1, 30);
	add(&t, XS_CORRUPT, 3, 10);
	add(&t, XS_INCONCLUSIVE, 0, 0);
	add(&t, XS_HANG, 0, 0); /* a hit of which the moment is not known */
	add(&t, XS_CORRUPT, 1, 20);
	assert_int_equal(t.runs, 6);
	assert_int_equal(t.hits, 4);
	assert_int_equal(t.timed, 3);
	assert_int_equal(t.worst, XS_CORRUPT);
	text = printed(&t);
	assert_string_equal(
		text, "a?.case: 4 of 6 runs hit (95 % interval 30.0-90.3 %)\n"
		      "  first signal to finding:           median 20 ms, least 10 ms, most 30 ms\n"
		      "  page faults of the finder until then: median 40, least 20, most 60\n"
		      "  signals in window until then:      median 60, least 30, most 90\n");
	free(text);

	/* Another case begins with nothing. */
	xs_tally_reset(&t);
	add(&t, XS_SKIP, 0, 0);
	assert_int_equal(t.worst, XS_SKIP);
	text = printed(&t);
	assert_string_equal(text, "a?.case: 0 of 1 runs hit (95 % interval 0.0-79.3 %)\n");
	free(text);
	xs_tally_close(&t);
}

/* More hits than there is room for are hits all the same. */
static void room_is_not_overrun(void **unused)
{
	struct xs_tally t;

	(void)unused;
	assert_int_equal(xs_tally_open(&t, 2), 0);
	for (uint64_t i = 1; i <= 3; i++)
		add(&t, XS_KILLED, 1, i);
	assert_int_equal(t.hits, 3);
	assert_int_equal(t.timed, 2);
	assert_int_equal(t.first[XS_TALLY_SIGNALS][1], 6);
	xs_tally_close(&t);
}

static void of_two_verdicts_one_is_worse(void **unused)
{
	static const enum xs_verdict_kind order[XS_VERDICTS] = {
		XS_PASS, XS_SKIP,   XS_INCONCLUSIVE, XS_ERROR,	  XS_KERNEL_WARNING,
		XS_HANG, XS_KILLED, XS_REFUSED,	     XS_ACCEPTED, XS_CORRUPT
	};

	(void)unused;
	for (size_t a = 0; a < XS_VERDICTS; a++)
		for (size_t b = 0; b <= a; b++) {
			assert_int_equal(xs_worse(order[a], order[b]), order[a]);
			assert_int_equal(xs_worse(order[b], order[a]), order[a]);
		}
	for (size_t a = 0; a < XS_VERDICTS; a++)
		assert_int_equal(xs_verdict_is_bad(order[a]), a >= 4);
}

static void exit_codes(void **unused)
{
	static const struct {
		enum xs_verdict_kind kind;
		int code, bisect, stopped;
	} rows[] = {
		{ XS_PASS, 0, 0, 130 },		  { XS_CORRUPT, 1, 1, 1 },
		{ XS_ACCEPTED, 1, 1, 1 },	  { XS_REFUSED, 1, 1, 1 },
		{ XS_KILLED, 1, 1, 1 },		  { XS_HANG, 1, 1, 1 },
		{ XS_KERNEL_WARNING, 1, 1, 1 },	  { XS_SKIP, 4, 125, 130 },
		{ XS_INCONCLUSIVE, 4, 125, 130 }, { XS_ERROR, 2, 125, 130 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(xs_exit_code(rows[i].kind, 0, false), rows[i].code);
		assert_int_equal(xs_exit_code(rows[i].kind, 0, true), rows[i].bisect);
		assert_int_equal(xs_exit_code(rows[i].kind, 2, false), rows[i].stopped);
		assert_int_equal(xs_exit_code(rows[i].kind, 2, true), rows[i].stopped);
	}
}

static void a_check_is_cut_into_slices(void **unused)
{
	(void)unused;
	assert_int_equal(xs_check_slice_ms(1), 100);
	assert_int_equal(xs_check_slice_ms(60), 600);
	assert_int_equal(xs_check_slice_ms(86400), 2000);
}

/* What is saved can be loaded again, whatever the machine's names are. */
static void a_saved_case_is_a_case(void **unused)
{
	static char text[XS_SAVED_BYTES];
	char tail[96], why[XS_WHY_BYTES];
	struct xs_case c, again;
	struct xs_triage t = { .upstream = "" };
	size_t bytes;

	(void)unused;
	memset(t.release, 'r', sizeof(t.release) - 1);
	memset(t.compiler, 'c', sizeof(t.compiler) - 1);
	memset(t.cpu.brand, 'b', sizeof(t.cpu.brand) - 1);
	memset(tail, 't', sizeof(tail) - 1);
	tail[sizeof(tail) - 1] = '\0';
	xs_case_default(&c);
	c.pressures = 1;
	xs_case_pressure_default(&c.pressure[0], 0);
	bytes = xs_saved_text(text, &t, "found", tail, &c);
	assert_int_equal(bytes, strlen(text));
	assert_memory_equal(text, "# found\n# kernel rrr", 20);
	assert_has(text, "\n# ttt");
	assert_int_equal(xs_case_parse(&again, text, bytes, "saved", why), 0);
	assert_memory_equal(&again, &c, sizeof(c));
	bytes = xs_saved_text(text, &t, "found", NULL, &c);
	assert_int_equal(xs_case_parse(&again, text, bytes, "saved", why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_are_counted_and_timed),
		cmocka_unit_test(room_is_not_overrun),
		cmocka_unit_test(of_two_verdicts_one_is_worse),
		cmocka_unit_test(exit_codes),
		cmocka_unit_test(a_check_is_cut_into_slices),
		cmocka_unit_test(a_saved_case_is_a_case),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
