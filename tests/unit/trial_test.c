// SPDX-License-Identifier: GPL-2.0-only
/* What one run of a variant counts for, and what all of them say of a case's ingredients. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "campaign/weigh.h"
#include "unit/text.h"

#define SECOND 1000000000ull

static struct xs_record record;
static struct xs_verdict verdict;

static int add(struct xs_score *score, enum xs_verdict_kind kind, uint64_t elapsed_ns)
{
	const struct xs_ending ending = { .elapsed_ns = elapsed_ns };

	verdict.kind = (uint8_t)kind;
	return xs_score_add(score, &verdict, &ending, XS_CORRUPT);
}

static void a_hit_is_the_same_verdict(void **unused)
{
	struct xs_score score = { 0 };

	(void)unused;
	record.since_start_ns = SECOND / 4;
	verdict.findings = 1;
	verdict.finding[0] = (struct xs_finding){ .record = &record, .class = XS_CLASS_FOREIGN };
	assert_int_equal(add(&score, XS_CORRUPT, 9 * SECOND), 1);
	assert_int_equal(score.spent_ns, SECOND / 4);
	verdict.finding[0].class = XS_CLASS_STALE;
	assert_int_equal(add(&score, XS_CORRUPT, 9 * SECOND), 1);
	assert_int_equal(add(&score, XS_CORRUPT, 9 * SECOND), 1);
	assert_string_equal(xs_score_class(&score), "stale");

	/* Another finding is none, and has taken all of its time. */
	assert_int_equal(add(&score, XS_KILLED, SECOND), 0);
	verdict.findings = 0;
	assert_int_equal(add(&score, XS_PASS, SECOND), 0);
	assert_int_equal(add(&score, XS_INCONCLUSIVE, SECOND), 0);
	assert_int_equal(score.runs, 6);
	assert_int_equal(score.hits, 3);
	assert_int_equal(score.spent_ns, 3 * SECOND + 3 * (SECOND / 4));
	assert_true(xs_score_rate(&score) > 0.79 && xs_score_rate(&score) < 0.81);

	/* What could not be run says nothing. */
	assert_int_equal(add(&score, XS_SKIP, SECOND), -EOPNOTSUPP);
	assert_int_equal(add(&score, XS_ERROR, SECOND), -EIO);
	assert_int_equal(score.runs, 6);
	assert_int_equal(score.spent_ns, 3 * SECOND + 3 * (SECOND / 4));
}

static void a_hang_began_before_it_showed(void **unused)
{
	struct xs_score score = { 0 };
	struct xs_ending ending = { .elapsed_ns = 12 * SECOND };

	(void)unused;
	verdict.kind = XS_HANG;
	verdict.findings = 0;
	assert_int_equal(xs_score_add(&score, &verdict, &ending, XS_HANG), 1);
	assert_int_equal(score.spent_ns, 2 * SECOND);
	ending.elapsed_ns = SECOND;
	assert_int_equal(xs_score_add(&score, &verdict, &ending, XS_HANG), 1);
	assert_int_equal(score.spent_ns, 3 * SECOND);
}

static void nothing_has_no_class_and_no_rate(void **unused)
{
	const struct xs_score score = { .runs = 3 };

	(void)unused;
	assert_string_equal(xs_score_class(&score), "");
	assert_true(xs_score_rate(&score) <= 0);
}

static void some_errors_end_everything(void **unused)
{
	(void)unused;
	assert_true(xs_trials_over(-EINTR) && xs_trials_over(-EBUSY) && xs_trials_over(-ETIME) &&
		    xs_trials_over(-EPIPE));
	assert_false(xs_trials_over(0) || xs_trials_over(1) || xs_trials_over(-EOPNOTSUPP) ||
		     xs_trials_over(-EIO));
}

static void three_times_as_long_is_slow(void **unused)
{
	const struct xs_trials t = { .control = { .hits = 10, .spent_ns = 10 * SECOND } };
	struct xs_score score = { .hits = 5, .spent_ns = 14 * SECOND };

	(void)unused;
	assert_false(xs_trials_slow(&t, &score));
	score.spent_ns = 16 * SECOND;
	assert_true(xs_trials_slow(&t, &score));
}

static char *summary(const struct xs_trials *t, const struct xs_weighing *w)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_weigh_summary(t, w, f);
	fclose(f);
	if (!text)
		abort();
	return text;
}

static void ingredient(struct xs_weighing *w, const char *what, bool alone, enum xs_weight weight)
{
	strcpy(w->list[w->count].what, what);
	w->list[w->count].alone = alone;
	w->of[w->count++].weight = weight;
	w->done = w->count;
}

static void a_summary_has_each_ingredient_once(void **unused)
{
	struct xs_trials *t = calloc(1, sizeof(*t));
	struct xs_weighing *w = calloc(1, sizeof(*w));
	char *text;

	(void)unused;
	assert_true(t && w);
	text = summary(t, w);
	assert_string_equal(text, "  not tested\n");
	free(text);
	t->run_ms = 150;
	t->control = (struct xs_score){ .runs = 20, .hits = 20, .spent_ns = SECOND };
	ingredient(w, "a page fault while the frame is written", false, XS_NECESSARY);
	ingredient(w, "another task on the worker's CPU", false, XS_NECESSARY);
	ingredient(w, "vector registers in use", false, XS_IRRELEVANT);
	ingredient(w, "only sse in use", true, XS_IRRELEVANT);
	ingredient(w, "only x87 in use", true, XS_NECESSARY);
	ingredient(w, "the fault's being held open", false, XS_WEIGHT_OPEN);
	ingredient(w, "what cannot run here", false, XS_HELPS);
	strcpy(w->of[w->count - 1].why, "no such thing");
	w->count++; /* one more, which the time was over for */
	text = summary(t, w);
	assert_string_equal(
		text, "  itself:        20 of 20 runs of 150 ms hit, 20 hits per second of run\n"
		      "  needs:         a page fault while the frame is written;\n"
		      "                 another task on the worker's CPU\n"
		      "  does not need: vector registers in use\n"
		      "  undecided:     the fault's being held open\n"
		      "  will do:       only sse in use\n"
		      "  will not do:   only x87 in use\n"
		      "  not tested:    1 of 8 ingredients\n");
	free(text);
	free(w);
	free(t);
}

/* Where no kind of pressure is needed, but one of them is. */
static void kinds_that_stand_in_for_each_other(void **unused)
{
	struct xs_trials *t = calloc(1, sizeof(*t));
	struct xs_weighing *w = calloc(1, sizeof(*w));
	char *text;

	(void)unused;
	assert_true(t && w);
	t->c.pressures = 2;
	ingredient(w, "another task", false, XS_NECESSARY);
	ingredient(w, "[pressure yield]", false, XS_IRRELEVANT);
	w->list[1].c.pressures = 1;
	text = summary(t, w);
	assert_has(text, "can stand in for each other");
	free(text);
	w->of[1].weight = XS_NECESSARY;
	text = summary(t, w);
	assert_null(strstr(text, "can stand in"));
	free(text);
	free(w);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_is_the_same_verdict),
		cmocka_unit_test(a_hang_began_before_it_showed),
		cmocka_unit_test(nothing_has_no_class_and_no_rate),
		cmocka_unit_test(some_errors_end_everything),
		cmocka_unit_test(three_times_as_long_is_slow),
		cmocka_unit_test(a_summary_has_each_ingredient_once),
		cmocka_unit_test(kinds_that_stand_in_for_each_other),
	};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
