// SPDX-License-Identifier: GPL-2.0-only
/* Distinct findings, and known ones: what is one, what is told, what is kept quiet, what is gone.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "campaign/distinct.h"
#include "unit/scene.h"
#include "unit/signature_of.h"
#include "unit/text.h"

#define L1   "corrupt frame init pkru - x86-64"
#define WIDE "corrupt frame foreign wide other x86-64"
#define SSE  "corrupt frame foreign sse other x86-64"

static const uint32_t any[XS_AXES]; /* a case that names nothing */

static struct xs_waivers *waivers(const char *text, const char *release)
{
	struct xs_waivers *w = calloc(1, sizeof(*w));
	char why[XS_WHY_BYTES];

	assert_non_null(w);
	if (xs_waivers_parse(w, text, strlen(text), "open.known", release, why))
		fail_msg("%s", why);
	return w;
}

/* The case's signals are 100 each. */
static enum xs_novelty add(struct xs_findings *all, const char *text, bool alone,
			   struct xs_waiver *w, uint64_t hit_ns)
{
	const struct xs_signature s = of(text, alone);
	struct scene *scene = scene_corrupt();
	enum xs_novelty novelty;

	scene->record.since_start_ns = hit_ns;
	scene->v.evidence.signals = 100;
	scene->c.seed = (uint32_t)hit_ns;
	assert_non_null(xs_findings_add(all, &s, w, &scene->r, 7000, &novelty));
	free(scene);
	return novelty;
}

static char *printed(const struct xs_findings *all)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_findings_print(f, "# ", all);
	fclose(f);
	if (!text)
		abort();
	return text;
}

static void one_signature_is_one_finding(void **unused)
{
	struct xs_findings *all = calloc(1, sizeof(*all));
	char *text;

	(void)unused;
	assert_non_null(all);
	assert_int_equal(xs_findings_worst(all), XS_PASS);
	assert_int_equal(add(all, SSE, true, NULL, 1000), XS_FINDING_NEW);
	assert_int_equal(add(all, SSE, true, NULL, 900), XS_FINDING_AGAIN);
	assert_int_equal(add(all, L1, false, NULL, 5), XS_FINDING_NEW);
	assert_int_equal(add(all, "corrupt frame foreign x87 other ia32", true, NULL, 3000),
			 XS_FINDING_NEW);
	assert_int_equal(all->count, 3);
	/* What shows more components says what those two were parts of. */
	assert_int_equal(add(all, WIDE, false, NULL, 400), XS_FINDING_BETTER);
	assert_int_equal(all->count, 2);
	assert_int_equal(all->of[0].cases, 4);
	assert_int_equal(all->of[0].signals, 400);
	assert_int_equal(all->of[0].best.seed, 400);
	assert_int_equal(xs_findings_worst(all), XS_CORRUPT);
	strcpy(all->of[1].saved, "./corrupt-1.case");
	text = printed(all);
	assert_has(text, "corrupt frame foreign wide other both\n");
	assert_has(text, "wrong registers in the signal frame: foreign data of another task, in "
			 "several components (both)\n");
	assert_has(text, "#       1       100    0.00 s   " L1 "\n");
	assert_has(text, " xsavage replay ./corrupt-1.case\n");
	free(text);
	free(all);
}

static void what_is_known_is_no_news_and_hides_none(void **unused)
{
	struct xs_waivers *w = waivers("# a comment\n\n" L1 " stack=readonly 6.12..7.3: L1\n"
				       "corrupt frame foreign sse * both: an open bug\n",
				       "6.12.117");
	struct xs_findings *all = calloc(1, sizeof(*all));
	struct xs_signature s = of(L1, false);
	struct xs_waiver *known;
	char *text;

	(void)unused;
	assert_non_null(all);
	known = xs_waivers_find(w, &s, any);
	assert_ptr_equal(known, &w->of[0]);
	assert_int_equal(add(all, L1, false, known, 5), XS_FINDING_NEW);
	assert_int_equal(xs_findings_worst(all), XS_PASS);
	text = printed(all);
	assert_has(text, "known finding\n");
	assert_has(text, " L1\n");
	free(text);
	/* Of sse alone it is known; the wide one that it may be a part of is not. */
	s = of(SSE, true);
	known = xs_waivers_find(w, &s, any);
	assert_ptr_equal(known, &w->of[1]);
	add(all, SSE, true, known, 5);
	s = of(WIDE, false);
	assert_null(xs_waivers_find(w, &s, any));
	assert_int_equal(add(all, WIDE, false, NULL, 5), XS_FINDING_NEW);
	assert_int_equal(all->count, 3);
	assert_int_equal(xs_findings_worst(all), XS_CORRUPT);
	free(all);
	free(w);
}

/* As many as are kept, each of another source. */
static void what_is_known_makes_room(void **unused)
{
	struct xs_waivers *w = waivers("corrupt * * * * *: all of them\n", "6.12");
	struct xs_findings *all = calloc(1, sizeof(*all));
	struct scene *scene = scene_corrupt();
	enum xs_novelty novelty;
	struct xs_signature s;

	(void)unused;
	assert_non_null(all);
	for (uint32_t i = 0; i < XS_DISTINCT_MAX; i++) {
		char text[64];

		snprintf(text, sizeof(text), "corrupt frame foreign class%u other x86-64", i);
		assert_int_equal(add(all, text, false, &w->of[0], 5), XS_FINDING_NEW);
	}
	assert_int_equal(all->count, XS_DISTINCT_MAX);
	s = of("corrupt frame init none other x86-64", false);
	assert_null(xs_findings_add(all, &s, &w->of[0], &scene->r, 5, &novelty));
	assert_int_equal(xs_findings_worst(all), XS_PASS);
	assert_int_equal(add(all, L1, false, NULL, 5), XS_FINDING_NEW);
	assert_int_equal(xs_findings_worst(all), XS_CORRUPT);
	assert_int_equal(all->count, XS_DISTINCT_MAX);
	assert_int_equal(all->left_out, 2);
	free(scene);
	free(all);
	free(w);
}

static void a_known_one_may_be_of_some_cases_alone(void **unused)
{
	struct xs_waivers *w = waivers(L1 " stack==readonly,growsdown handler=nest: L1\n", "6.12");
	struct xs_signature s = of(L1, false);
	uint32_t rows[XS_AXES];
	struct xs_case c;

	(void)unused;
	xs_case_default(&c);
	xs_case_rows(&c, rows);
	assert_null(xs_waivers_find(w, &s, rows));
	c.fault = (uint8_t)xs_row(XS_AXIS_STACK, "growsdown");
	xs_case_rows(&c, rows);
	assert_ptr_equal(xs_waivers_find(w, &s, rows), &w->of[0]);
	xs_waivers_passed(w, rows);
	assert_int_equal(w->of[0].tried, 0);
	c.handler = (uint8_t)xs_row(XS_AXIS_HANDLER, "nest");
	xs_case_rows(&c, rows);
	xs_waivers_passed(w, rows);
	assert_int_equal(w->of[0].tried, 1);
	free(w);
}

static void a_known_one_is_of_its_releases(void **unused)
{
	static const struct {
		const char *releases, *release;
		bool applies;
	} rows[] = {
		{ "", "4.4.0", true },
		{ "6.12..", "6.12.0-rc1", false },
		{ "6.12..", "6.12.0", true },
		{ "6.12..", "7.2.13", true },
		{ "6.12..7.2.14", "7.2.13", true },
		{ "6.12..7.2.14", "7.2.14", false },
		{ "..6.1", "6.0.9", true },
		{ "..6.1", "6.1.0-18-amd64", false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_signature s = of(L1, false);
		struct xs_waivers *w;
		char text[100];

		snprintf(text, sizeof(text), L1 " %s: why", rows[i].releases);
		w = waivers(text, rows[i].release);
		assert_int_equal(xs_waivers_find(w, &s, any) != NULL, rows[i].applies);
		free(w);
	}
}

/* Words match in their places; "*" any; "-" only itself, but for an owner that cannot be told. */
static void words_are_matched(void **unused)
{
	static const struct {
		const char *known, *found;
		bool covers;
	} rows[] = {
		{ L1, L1, true },
		{ "corrupt frame init pkru - both", L1, true },
		{ "corrupt frame init pkru - ia32", L1, false },
		{ "* * * * * *", WIDE, true },
		{ "corrupt frame * * * *", "corrupt return init pkru - x86-64", false },
		{ "killed - - * - *", "killed - - bad-header - x86-64", true },
		{ "killed - - bad-magic - *", "killed - - bad-header - x86-64", false },
		{ "corrupt frame init wide - x86-64", L1, false },
		{ WIDE, "corrupt frame init wide - x86-64", true },
		{ "corrupt frame init wide - x86-64", WIDE, false },
		{ "accepted return - bad-header - *", "refused return - bad-header - ia32", false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xs_signature s = of(rows[i].found, false);
		struct xs_waivers *w;
		char text[100];

		snprintf(text, sizeof(text), "%s: why", rows[i].known);
		w = waivers(text, "6.1");
		if ((xs_waivers_find(w, &s, any) != NULL) != rows[i].covers)
			fail_msg("%s, %s", rows[i].known, rows[i].found);
		free(w);
	}
}

/* What did not come is gone only where a case passed that could have shown it. */
static void a_known_one_may_be_gone(void **unused)
{
	struct xs_waivers *w = waivers(L1 " stack=readonly: L1\n" WIDE ": none of these\n"
					  "hang - - - - - 9.0..: another kernel's\n",
				       "6.12");
	uint32_t rows[XS_AXES];
	struct xs_case c;

	(void)unused;
	xs_case_default(&c);
	xs_case_rows(&c, rows);
	xs_waivers_passed(w, rows);
	assert_false(xs_waiver_gone(&w->of[0]));
	c.fault = (uint8_t)xs_row(XS_AXIS_STACK, "readonly");
	xs_case_rows(&c, rows);
	xs_waivers_passed(w, rows);
	assert_true(xs_waiver_gone(&w->of[0]));
	assert_false(xs_waiver_gone(&w->of[1])); /* nobody has said when it comes */
	assert_false(xs_waiver_gone(&w->of[2]));
	w->of[0].came = true;
	assert_false(xs_waiver_gone(&w->of[0]));
	free(w);
}

static void what_is_no_known_finding_is_refused(void **unused)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "corrupt frame init pkru - x86-64", "a.known:1: a reason is missing" },
		{ L1 ":  \n", "a.known:1: a reason is missing" },
		{ "#\n\ncorrupt frame init: why\n", "a.known:3: a signature has six words" },
		{ "broken frame init pkru - x86-64: why", "a.known:1: 'broken': no such word" },
		{ "corrupt fram init pkru - x86-64: why", "a.known:1: 'fram': no such word" },
		{ "corrupt frame bad pkru - x86-64: why", "a.known:1: 'bad': no such word" },
		{ L1 " stock=none: why", "a.known:1: 'stock=none' does not begin with an axis" },
		{ L1 " stack=nine: why", "a.known:1: stack: 'nine' is none of the stack faults" },
		{ L1 " stack==nine: why", "a.known:1: stack: 'nine' is none of the stack faults" },
		{ L1 " stack===none: why", "a.known:1: " },
		{ L1 " legs=frame: why", "a.known:1: 'legs=frame': the leg is a word" },
		{ L1 " 6.x..: why", "a.known:1: '6.x': not a release" },
		{ L1 " ..six: why", "a.known:1: 'six': not a release" },
		{ L1 " 6.12: why", "a.known:1: '6.12': neither" },
		{ "\033[2J", "a.known:1: no line of ASCII text" },
	};
	struct xs_waivers *w = calloc(1, sizeof(*w));
	char why[XS_WHY_BYTES];

	(void)unused;
	assert_non_null(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(xs_waivers_parse(w, rows[i].text, strlen(rows[i].text), "a.known",
						  "6.1", why),
				 -EINVAL);
		assert_has(why, rows[i].why);
	}
	free(w);
}

/* What --write-known writes is what --known reads; its case is one that could show it. */
static void what_is_written_is_read(void **unused)
{
	struct xs_signature s = of(L1, false);
	uint32_t rows[XS_AXES];
	struct xs_waivers *w;
	struct xs_case c;
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	xs_case_default(&c);
	c.fault = (uint8_t)xs_row(XS_AXIS_STACK, "readonly");
	c.pressures = 1;
	xs_case_pressure_default(&c.pressure[0], (uint32_t)xs_row(XS_AXIS_PRESSURE, "fork"));
	xs_waiver_print(f, &s, &c, "found on kernel 6.12");
	fclose(f);
	assert_string_equal(text, L1 " stack=readonly pressure=fork: found on kernel 6.12\n");
	w = waivers(text, "6.12");
	xs_case_rows(&c, rows);
	xs_waivers_passed(w, rows);
	assert_true(xs_waiver_gone(&w->of[0]));
	free(w);
	free(text);
}

/* Any bytes give known findings, or an error. */
static void any_bytes_are_taken(void **unused)
{
	static const char base[] = L1 " stack=readonly,none 6.12..7.3: L1\n" WIDE ": x\n";
	struct xs_waivers *w = calloc(1, sizeof(*w));
	char text[sizeof(base)], why[XS_WHY_BYTES];
	uint64_t x = 88172645463325252ull;

	(void)unused;
	assert_non_null(w);
	for (uint32_t n = 0; n < 20000; n++) {
		memcpy(text, base, sizeof(text));
		for (uint32_t i = 0; i < 1 + n % 4; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			text[x % (sizeof(text) - 1)] = (char)(x >> 32);
		}
		xs_waivers_parse(w, text, x % sizeof(text), "a", "6.12", why);
	}
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_signature_is_one_finding),
		cmocka_unit_test(what_is_known_is_no_news_and_hides_none),
		cmocka_unit_test(what_is_known_makes_room),
		cmocka_unit_test(a_known_one_may_be_of_some_cases_alone),
		cmocka_unit_test(a_known_one_is_of_its_releases),
		cmocka_unit_test(words_are_matched),
		cmocka_unit_test(a_known_one_may_be_gone),
		cmocka_unit_test(what_is_no_known_finding_is_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(any_bytes_are_taken),
	};

	return cmocka_run_group_tests_name("distinct", tests, NULL, NULL);
}
