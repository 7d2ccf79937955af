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
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

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
	if (lines > XS_EXPORT_LINES)
		fail_msg("%s: %u lines", name, lines);
	assert_null(strchr(text, '\r'));
	assert_null(strstr(text, "XS_EXPORT"));
	assert_null(strstr(text, "#include \""));
	assert_null(strstr(text, "#error"));
	assert_null(strstr(text, "\n\n\n"));
}

/* Return: whether the case is exported. */
static bool check_case(const struct xs_case *c)
{
	char why[XS_WHY_BYTES] = "", *text, *again;
	const int rc = xs_export(c, &text, why);
	struct xs_program p = { .c = c };

	if (rc) {
		assert_int_equal(rc, -EOPNOTSUPP);
		assert_null(text);
		assert_true(strstr(why, "export") || strstr(why, "minimize"));
		return false;
	}
	check_text(c->name, text);
	assert_int_equal(xs_export_choose(&p, why), 0);
	xs_export_numbers(&p);
	assert_true(p.pieces < XS_EXPORT_PIECES && p.numbers < XS_EXPORT_NUMBERS);
	assert_int_equal(xs_export(c, &again, why), 0);
	assert_string_equal(text, again);
	free(text);
	free(again);
	return true;
}

/* Return: how many of the corpus @name are not exported. */
static size_t check_corpus(const char *name, size_t *cases)
{
	char pattern[sizeof(XS_CORPUS_DIR) + 64];
	size_t refused = 0;
	glob_t files;

	snprintf(pattern, sizeof(pattern), XS_CORPUS_DIR "/%s/*.case", name);
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char why[XS_WHY_BYTES];
		struct xs_case c;

		assert_int_equal(xs_case_load(&c, files.gl_pathv[i], why), 0);
		refused += !check_case(&c);
	}
	*cases = files.gl_pathc;
	globfree(&files);
	return refused;
}

/* But for 32-bit code, virtual CPUs, x87's pointers and shadow stacks all bugs, and most seeds. */
static void test_corpora(void **state)
{
	size_t cases;

	(void)state;
	assert_int_equal(check_corpus("regress", &cases), 20);
	assert_true(check_corpus("seeds", &cases) * 5 <= cases);
	assert_int_equal(check_corpus("mitigations", &cases), 0);
	assert_int_equal(check_corpus("found", &cases), 0);
}

static void says(const char *folder, const char *name, char type)
{
	char file[64];

	snprintf(file, sizeof(file), "%s/%s.%c", folder, name, type);
	for (char *at = file; *at; at++)
		if (*at == '-')
			*at = '_';
	for (const struct xs_piece *p = xs_pieces; p->file; p++)
		if (!strcmp(p->file, file))
			return;
	fail_msg("%s does not say how it is exported, or why not", file);
}

/* Every entry has its piece, or a reason. */
static void test_entries(void **state)
{
	(void)state;
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t i = 0; i < xs_axes[axis].rows; i++)
			says(xs_axes[axis].id, xs_name(axis, i), axis == XS_AXIS_STATE ? 'S' : 'c');
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
	assert_non_null(strstr(text, "#define VECTORS (0x20001u)"));
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
	refused("[case]\n[signal]\nsource = rseq\n", "rseq");
	refused("[case]\n[pressure freeze]\n", "freeze");
	refused("[case]\n[pressure hotplug]\n", "offline");
	refused("[case]\n[pressure threads]\n", "threads");
	refused("[case]\n[worker]\nregisters = x87-pointers\n", "x87_pointers");
	refused("[case]\n[pressure fork]\nregisters = amx\n", "amx");
	refused("[case]\n[worker]\ninit = amx\n", "amx");
	refused("[case]\n[worker]\ncpus = 0\n", "cpus = auto");
	refused("[case]\n[pressure yield]\ncount = 64\n", "lower the counts");
	refused("[case]\n[handler]\naction = bad-tail\n[stack]\nfault = readonly\n", "readonly");
	refused("[case]\n[handler]\naction = bad-tail\n[signal]\nsource = segv\n", "SIGSEGV");
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
	assert_non_null(strstr(text, " SECONDS = 3,"));
	assert_non_null(strstr(text, "enum { TASKS = 4,"));
	assert_non_null(strstr(text, "BOUNDARY = 640"));
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
	assert_null(strstr(text, "zmm"));
	assert_null(strstr(text, "UC_FP_XSTATE"));
	free(text);
	/* What is in use, and what is in init state on purpose. */
	parse(&c, "[case]\n[worker]\nregisters = sse\ninit = avx\n");
	assert_int_equal(xs_export(&c, &text, why), 0);
	assert_non_null(strstr(text, ".mask = 0x6, .init = 0x4"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpora), cmocka_unit_test(test_entries),
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
