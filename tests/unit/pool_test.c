// SPDX-License-Identifier: GPL-2.0-only
/* Reports of many machines as one: verdict, coverage, bounds, findings, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "campaign/pool.h"
#include "unit/report_of.h"
#include "unit/text.h"

#define WIDE "corrupt frame foreign wide other x86-64"
#define SSE  "corrupt frame foreign sse other x86-64"
#define PKRU "corrupt frame init pkru - x86-64"

static const char *const files[] = { "a.json", "b.json", "c.json", "d.json" };

/* @known is the text of such a file, or NULL. */
static void open_pool(struct xs_pool *p, const char *known)
{
	char why[XS_WHY_BYTES] = "";

	assert_int_equal(xs_pool_open(p, NULL, why), 0);
	if (known && xs_waivers_parse(p->waivers, known, strlen(known), "open.known", "", why))
		fail_msg("%s", why);
}

static void add(struct xs_pool *p, uint32_t n, const struct report_of *o)
{
	struct xs_reader r = { .file = files[n] };
	char *text = report_of(o);

	if (xs_pool_add(p, &r, text, strlen(text)))
		fail_msg("%s", r.why);
	free(text);
}

/* All of @n reports; to be closed. */
static void pool_of(struct xs_pool *p, const char *known, const struct report_of *o, uint32_t n)
{
	open_pool(p, known);
	for (uint32_t i = 0; i < n; i++)
		add(p, i, &o[i]);
	xs_pool_conclude(p);
}

typedef void print_fn(FILE *f, const struct xs_pool *p);

static char *printed(print_fn *print, const struct xs_pool *p)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	print(f, p);
	fclose(f);
	if (!text)
		abort();
	return text;
}

static void print_text(FILE *f, const struct xs_pool *p)
{
	xs_pool_print(f, "", p);
}

static void print_json(FILE *f, const struct xs_pool *p)
{
	assert_int_equal(xs_pool_json(f, p, "0.2"), 0);
}

/* A scene has 3000 signals. */
static void one_kind_has_one_bound(void **unused)
{
	const struct report_of two[] = { { .id = "1", .passed = 2 },
					 { .id = "2", .passed = 1, .contract = true } };
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, NULL, two, 2);
	assert_int_equal(p.verdict, XS_PASS);
	assert_int_equal(p.kinds, 1);
	assert_int_equal(p.kind[0].evidence.signals, 9000);
	text = printed(print_text, &p);
	assert_has(text, "Pool        2 runs on 1 kind of machine");
	assert_has(text, "\nkernel 6.1.0, Some CPU: pass\n");
	assert_has(text, "fewer than 0.00033 of all signals");
	assert_has(text, "(3 / 9000)");
	assert_has(text, "runs               2 of 2 passed, of 3 cases 3\n");
	assert_has(text, "1 of 2 runs judged by what a contract asks for alone (--abi)\n");
	free(text);
	xs_pool_close(&p);
}

/* Release, build, CPU and components make a kind: what is not the same is not added up. */
static void kinds_are_told_apart(void **unused)
{
	const struct report_of three[] = { { .id = "1", .passed = 1 },
					   { .id = "2", .passed = 1, .release = "6.12.0" },
					   { .id = "3", .passed = 1, .cpu = "Another" } };
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, NULL, three, 3);
	assert_int_equal(p.kinds, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(p.kind[i].evidence.signals, 3000);
	text = printed(print_json, &p);
	assert_has(text, "\"corruption_rate_below\": 0.001");
	free(text);
	xs_pool_close(&p);
}

static void a_run_counts_once(void **unused)
{
	const struct report_of one = { .id = "1", .passed = 1 };
	struct report_of changed = one;
	struct xs_reader r = { .file = files[2] };
	char *text = report_of(&one), *copy;
	json_t *root = json_loads(text, 0, NULL);
	struct xs_pool p;

	(void)unused;
	open_pool(&p, NULL);
	add(&p, 0, &one);
	/* Laid out anew it is the same. */
	copy = json_dumps(root, JSON_COMPACT);
	assert_int_equal(xs_pool_add(&p, &r, copy, strlen(copy)), 0);
	assert_int_equal(p.runs, 1);
	assert_int_equal(p.agains, 1);
	xs_pool_conclude(&p);
	assert_int_equal(p.kind[0].evidence.signals, 3000);
	free(text);
	text = printed(print_text, &p);
	assert_has(text, "c.json is the run of a.json (box) again, and counted once\n");
	free(text);
	text = printed(xs_pool_html, &p);
	assert_has(text, "c.json is the run of a.json (box) again");
	free(text);
	free(copy);
	json_decref(root);
	changed.passed = 2;
	text = report_of(&changed);
	assert_int_not_equal(xs_pool_add(&p, &r, text, strlen(text)), 0);
	assert_has(r.why, "c.json: run.id: of the same run as a.json (box), and it says something "
			  "else");
	free(text);
	xs_pool_close(&p);
}

/* What a machine without AVX calls sse is a part of what another calls wide. */
static void findings_are_one_across_machines(void **unused)
{
	const struct report_of three[] = {
		{ .id = "1", .passed = 1, .finding = SSE, .alone = true, .host = "small" },
		{ .id = "2", .passed = 1, .finding = WIDE, .host = "large" },
		{ .id = "3", .passed = 1, .finding = PKRU, .host = "large" }
	};
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, NULL, three, 3);
	assert_int_equal(p.verdict, XS_CORRUPT);
	assert_int_equal(p.findings->count, 2);
	text = printed(print_text, &p);
	assert_has(text, "      2      6000    0.01 s   " WIDE "\n");
	assert_has(text, "1 in a.json (small), saved there as corrupt-1.case\n");
	assert_has(text, "1 in b.json (large), saved there as corrupt-1.case\n");
	assert_has(text, "      1      3000    0.01 s   " PKRU "\n");
	assert_null(strstr(text, "With 95 %"));
	free(text);
	text = printed(xs_pool_ktap, &p);
	assert_has(text, "\nnot ok 1 a.json (small) # corrupt\n");
	assert_has(text, "# Totals: pass:0 fail:3 xfail:0 xpass:0 skip:0 error:0\n");
	free(text);
	xs_pool_close(&p);
}

/* Where a narrow finding comes first on two machines, and then the wide one joins them. */
static void what_joins_keeps_its_places(void **unused)
{
	const struct report_of three[] = {
		{ .id = "1", .finding = SSE, .alone = true },
		{ .id = "2", .finding = "corrupt frame foreign x87 other ia32", .alone = true },
		{ .id = "3", .finding = WIDE }
	};
	struct xs_pool p;
	uint32_t places = 0;

	(void)unused;
	pool_of(&p, NULL, three, 3);
	assert_int_equal(p.findings->count, 1);
	for (const struct xs_where *w = p.findings->of[0].where; w; w = w->next)
		places += w->cases;
	assert_int_equal(places, 3);
	assert_int_equal(p.findings->of[0].cases, 3);
	xs_pool_close(&p);
}

/* Known to us, or to the run itself; of the releases that a line names, and of no other. */
static void known_findings_do_not_change_the_verdict(void **unused)
{
	const struct report_of two[] = {
		{ .id = "1", .passed = 1, .finding = PKRU, .release = "6.12.1" },
		{ .id = "2", .passed = 1, .finding = PKRU, .release = "6.1.0" }
	};
	const struct report_of there[] = {
		{ .id = "1", .passed = 1, .finding = PKRU, .known = "their <reason>" }
	};
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, PKRU ": stays open\n", two, 2);
	assert_int_equal(p.verdict, XS_PASS);
	text = printed(print_text, &p);
	assert_has(text, "known finding\n");
	assert_has(text, "stays open\n");
	assert_has(text, "known              1 of the runs had findings that are known\n");
	assert_has(text, "(3 / 3000)"); /* of the cases without */
	free(text);
	text = printed(xs_pool_ktap, &p);
	assert_has(text, "\nok 1 a.json (box) # XFAIL stays open\n");
	free(text);
	xs_pool_close(&p);

	pool_of(&p, PKRU " 6.12..: stays open\n", two, 2);
	assert_int_equal(p.verdict, XS_CORRUPT);
	assert_int_equal(p.run[0]->verdict, XS_PASS);
	assert_int_equal(p.run[1]->verdict, XS_CORRUPT);
	assert_int_equal(p.findings->count, 2);
	xs_pool_close(&p);

	pool_of(&p, NULL, there, 1);
	assert_int_equal(p.verdict, XS_PASS);
	text = printed(xs_pool_html, &p);
	assert_has(text, "their &lt;reason&gt;");
	free(text);
	xs_pool_close(&p);

	/* That it did not come although it could have is said. */
	pool_of(&p, PKRU " stack=none: stays open\n", &(struct report_of){ .id = "1", .passed = 1 },
		1);
	text = printed(print_text, &p);
	assert_has(text, "gone               " PKRU ": stays open\n");
	free(text);
	xs_pool_close(&p);
}

/* The usual case has no fault. */
static void what_nobody_covered_has_reasons(void **unused)
{
	const uint32_t row = (uint32_t)xs_row(XS_AXIS_STACK, "shadow");
	const struct report_of two[] = { { .id = "1", .passed = 1, .lacks = 1u << row },
					 { .id = "2", .passed = 1 } };
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, NULL, two, 2);
	text = printed(print_text, &p);
	assert_has(text, "shadow: none in here (1 of 2 runs); no case that had it has passed "
			 "(1 of 2 runs)\n");
	assert_has(text, ", 1 of 20 stack faults,");
	free(text);
	text = printed(xs_pool_html, &p);
	assert_has(text, "shadow: none in here (1 of 2 runs)");
	free(text);
	xs_pool_close(&p);
}

/* One run of a kind that passes is enough, and one that could not be made is too much. */
static void verdicts(void **unused)
{
	static const struct {
		enum xs_verdict_kind verdict;
		struct report_of of[3];
	} rows[] = {
		{ XS_INCONCLUSIVE, { { .id = "1", .inconclusive = 1 } } },
		{ XS_PASS, { { .id = "1", .inconclusive = 1 }, { .id = "2", .passed = 2 } } },
		{ XS_INCONCLUSIVE,
		  { { .id = "1", .inconclusive = 3 }, { .id = "2", .passed = 2 } } },
		/* Another kind does not stand for it. */
		{ XS_INCONCLUSIVE,
		  { { .id = "1", .inconclusive = 1 },
		    { .id = "2", .passed = 2, .release = "6.12.0" } } },
		{ XS_INCONCLUSIVE,
		  { { .id = "1", .passed = 2, .verdict = XS_INCONCLUSIVE, .interrupted = true } } },
		{ XS_SKIP, { { .id = "1", .skipped = 1, .verdict = XS_SKIP } } },
		{ XS_ERROR,
		  { { .id = "1", .errors = 1, .verdict = XS_ERROR, .command = "replay" },
		    { .id = "2", .passed = 2 } } },
		{ XS_CORRUPT,
		  { { .id = "1", .errors = 1, .verdict = XS_ERROR },
		    { .id = "2", .passed = 9, .finding = WIDE },
		    { .id = "3", .passed = 9 } } },
		/* Whatever its own verdict says. */
		{ XS_PASS, { { .id = "1", .passed = 1, .finding = WIDE, .known = "why not" } } },
		{ XS_INCONCLUSIVE,
		  { { .id = "1",
		      .inconclusive = 1,
		      .finding = WIDE,
		      .known = "why not",
		      .verdict = XS_CORRUPT } } },
	};
	struct xs_pool p;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t n = 1;

		while (n < 3 && rows[i].of[n].id)
			n++;
		pool_of(&p, NULL, rows[i].of, n);
		if (p.verdict != rows[i].verdict)
			fail_msg("%zu: %s, %s", i, xs_verdict_names[p.verdict], p.why);
		xs_pool_close(&p);
	}
}

/* What a file, a machine or a kernel says is no markup, no KTAP and no escape code. */
static void foreign_text_stays_text(void **unused)
{
	const struct report_of evil = { .id = "1",
					.inconclusive = 1,
					.host = "<script>\x1b[2J",
					.cpu = "\"><img onerror='x'",
					.release = "6.1\nok 7 # x" };
	struct xs_pool p;
	char *text;

	(void)unused;
	pool_of(&p, NULL, &evil, 1);
	text = printed(xs_pool_html, &p);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<img"));
	assert_null(strchr(text, 0x1b));
	assert_has(text, "&lt;script&gt;?[2J");
	assert_has(text, "no &lt;luck&gt;");
	assert_has(text, "default-src 'none'");
	free(text);
	text = printed(xs_pool_ktap, &p);
	assert_null(strchr(text, 0x1b));
	assert_null(strstr(text, "\nok 7"));
	free(text);
	text = printed(print_json, &p);
	json_decref(json_loads(text, 0, NULL));
	free(text);
	xs_pool_close(&p);
}

/* Of a thousand machines with one bug a page of text says enough. */
static void many_runs_are_told_in_short(void **unused)
{
	static const char digits[] = "0123456789ab";
	struct report_of many[12];
	struct xs_pool p;
	char *text;

	(void)unused;
	open_pool(&p, NULL);
	for (uint32_t i = 0; i < 12; i++) {
		many[i] = (struct report_of){ .id = digits + i, .finding = WIDE };
		add(&p, i % 4, &many[i]);
	}
	xs_pool_conclude(&p);
	text = printed(print_text, &p);
	assert_has(text, "and in 4 more runs\n");
	assert_has(text, "and 4 more\n");
	free(text);
	xs_pool_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_kind_has_one_bound),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(a_run_counts_once),
		cmocka_unit_test(findings_are_one_across_machines),
		cmocka_unit_test(what_joins_keeps_its_places),
		cmocka_unit_test(known_findings_do_not_change_the_verdict),
		cmocka_unit_test(what_nobody_covered_has_reasons),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(foreign_text_stays_text),
		cmocka_unit_test(many_runs_are_told_in_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
