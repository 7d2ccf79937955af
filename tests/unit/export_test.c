// SPDX-License-Identifier: GPL-2.0-only
/* Every case of the corpora becomes a short program, or is refused with a reason. */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "export/export.h"

#define TAB 8u

static void parse(struct xs_case *c, const char *text)
{
	char why[XS_WHY_BYTES] = "";

	if (xs_case_parse(c, text, strlen(text), "test", why))
		fail_msg("%s", why);
}

/* Short lines, few of them, and nothing of the parts' own notation. */
static void check_text(const char *name, const char *text)
{
	uint32_t lines = 0, column = 0;

	for (const char *at = text; *at; at++) {
		column = *at == '\t' ? (column / TAB + 1) * TAB : column + 1;
		if (*at == '\n') {
			if (column - 1 > XS_EXPORT_COLUMNS)
				fail_msg("%s: line %u is too long", name, lines + 1);
			lines++;
			column = 0;
		}
	}
	if (lines >= XS_EXPORT_LINES)
		fail_msg("%s: %u lines", name, lines);
	assert_null(strchr(text, '\r'));
	assert_null(strstr(text, "\n#if "));
	assert_null(strstr(text, "\n#endif"));
	assert_null(strstr(text, "\n#else"));
	assert_null(strstr(text, "\n\n\n"));
	/* "@t" in a comment is a parameter; "@NAME@" would be a value that nobody knows. */
	for (const char *at = text; (at = strchr(at, '@')); at++)
		if (at[1] >= 'A' && at[1] <= 'Z')
			fail_msg("%s: %.20s is left", name, at);
}

/* Return: whether the case is exported. */
static bool check_case(const struct xs_case *c)
{
	char why[XS_WHY_BYTES] = "", *text, *again;
	const int rc = xs_export(c, &text, why);
	struct xs_export_plan plan;

	if (rc) {
		assert_int_equal(rc, -EOPNOTSUPP);
		assert_null(text);
		assert_true(strstr(why, "export") || strstr(why, "minimize"));
		return false;
	}
	check_text(c->name, text);
	assert_int_equal(xs_export_plan(&plan, c, 0, why), 0);
	assert_true(plan.words < XS_EXPORT_WORDS);
	assert_int_equal(xs_export(c, &again, why), 0);
	assert_string_equal(text, again);
	free(text);
	free(again);
	return true;
}

static void test_corpora(void **state)
{
	uint32_t exported = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob(XS_CORPUS_DIR "/*/*.case", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char why[XS_WHY_BYTES];
		struct xs_case c;

		assert_int_equal(xs_case_load(&c, files.gl_pathv[i], why), 0);
		exported += check_case(&c);
	}
	globfree(&files);
	assert_true(exported >= 50);
}

static void test_regress(void **state)
{
	static const char *const names[] = {
		"stale-owner",	      "failed-restore",	     "cleared-before-success",
		"fault-in-user-size", "fork-copies-memory",  "fork-without-reload",
		"ignores-last-cpu",   "magic2-at-user-size", "kernel-fpu-keeps-owner",
		"pkru-not-switched",  "switch-without-ymm",  "missing-not-initialised",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[sizeof(XS_CORPUS_DIR) + 64], why[XS_WHY_BYTES];
		struct xs_case c;

		snprintf(path, sizeof(path), XS_CORPUS_DIR "/regress/%s.case", names[i]);
		assert_int_equal(xs_case_load(&c, path, why), 0);
		if (!check_case(&c))
			fail_msg("%s is refused", names[i]);
	}
}

static void refused(const char *text, const char *word)
{
	char why[XS_WHY_BYTES] = "", *program;
	struct xs_case c;

	parse(&c, text);
	assert_int_equal(xs_export(&c, &program, why), -EOPNOTSUPP);
	assert_null(program);
	if (!strstr(why, word))
		fail_msg("'%s' does not say '%s'", why, word);
}

/* What minimize leaves of the vector registers is no reason to refuse its result. */
static void test_vectors(void **state)
{
	char why[XS_WHY_BYTES] = "", *text;
	struct xs_case c;

	(void)state;
	parse(&c, "[case]\n[worker]\nregisters = sse\nvectors = 0,17\n");
	assert_true(check_case(&c));
	assert_int_equal(xs_export(&c, &text, why), 0);
	assert_non_null(strstr(text, "~0x20001u >> reg & 1"));
	free(text);
	parse(&c, "[case]\n[worker]\nregisters = sse\n");
	assert_int_equal(xs_export(&c, &text, why), 0);
	assert_null(strstr(text, "int reg"));
	free(text);
}

static void test_refused(void **state)
{
	(void)state;
	refused("[case]\n[handler]\nabi = ia32\n", "ia32");
	refused("[case]\n[handler]\naction = nest\n", "nest");
	refused("[case]\n[signal]\nsource = rseq\n", "rseq");
	refused("[case]\n[stack]\nfault = growsdown\n", "growsdown");
	refused("[case]\n[pressure exec]\n", "exec");
	refused("[case]\n[worker]\nregisters = x87-env\n", "x87-env");
	refused("[case]\n[pressure fork]\nregisters = amx\n", "amx");
	refused("[case]\n[worker]\ninit = avx\n", "init");
	refused("[case]\n[worker]\ncpus = 0\n", "cpus = auto");
	refused("[case]\n[pressure yield]\ncount = 64\n", "lower the counts");
	refused("[case]\n[handler]\naction = bad-tail\n[stack]\nfault = readonly\n", "readonly");
	refused("[case]\n[handler]\naction = edit-null\n[stack]\nfault = memfd-dontneed\n"
		"restore = all\n",
		"restore");
}

/* A case's numbers are the program's, and only what it needs is there. */
static void test_text(void **state)
{
	char why[XS_WHY_BYTES] = "", *text;
	struct xs_case c;

	(void)state;
	parse(&c, "[case]\nduration_ms = 2500\n[worker]\ncount = 2\nregisters = avx\n"
		  "[stack]\nfault = dontneed\nboundary = 640\nmissing = upper\n"
		  "[pressure vector-process]\nregisters = sse\nplace = l3\n");
	assert_int_equal(xs_export(&c, &text, why), 0);
	assert_non_null(strstr(text, "atoi(argv[1]) : 3)"));
	assert_non_null(strstr(text, "#define TASKS 4\n"));
	assert_non_null(strstr(text, "#define BOUNDARY 640 "));
	assert_non_null(strstr(text, "MADV_DONTNEED"));
	assert_non_null(strstr(text, "\"vector-process\", .run = loop, .cpu = 2"));
	assert_null(strstr(text, "userfaultfd"));
	assert_null(strstr(text, "pthread.h"));
	assert_null(strstr(text, "\"st\""));
	assert_null(strstr(text, "SIGSEGV"));
	free(text);
	/* Too long with all registers: with those that are where every CPU has them. */
	assert_int_equal(xs_case_load(&c, XS_CORPUS_DIR "/regress/failed-restore.case", why), 0);
	assert_int_equal(xs_export(&c, &text, why), 0);
	assert_non_null(strstr(text, "up to AVX"));
	assert_non_null(strstr(text, ".mask = 0x7"));
	assert_null(strstr(text, "cpuid"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpora), cmocka_unit_test(test_regress),
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
