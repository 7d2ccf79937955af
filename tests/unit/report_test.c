// SPDX-License-Identifier: GPL-2.0-only
/* Results as text, and advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/names.h"
#include "unit/scene.h"
#include "unit/text.h"

static void lane_names(void **unused)
{
	static const struct {
		uint32_t file, reg, lane;
		const char *name;
	} rows[] = {
		{ XS_FILE_VECTOR, 0, 0, "xmm0 lane 0" },
		{ XS_FILE_VECTOR, 15, 1, "xmm15 lane 1" },
		{ XS_FILE_VECTOR, 5, 2, "ymm5 lane 2" },
		{ XS_FILE_VECTOR, 5, 3, "ymm5 lane 3" },
		{ XS_FILE_VECTOR, 7, 4, "zmm7 lane 4" },
		{ XS_FILE_VECTOR, 31, 0, "zmm31 lane 0" },
		{ XS_FILE_X87, 3, 0, "st(3)" },
		{ XS_FILE_EXPONENT, 3, 0, "st(3) exponent" },
		{ XS_FILE_OPMASK, 1, 0, "k1" },
		{ XS_FILE_APX, 31, 0, "r31" },
		{ XS_FILE_MXCSR, 0, 0, "mxcsr" },
		{ XS_FILE_FCW, 0, 0, "fcw" },
		{ XS_FILE_FTW, 0, 0, "ftw" },
	};
	char name[XS_LANE_NAME_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		xs_lane_name(name, rows[i].file, rows[i].reg, rows[i].lane);
		assert_string_equal(name, rows[i].name);
	}
}

static void times(void **unused)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 1000, "1.00 us" },
		{ 71200000, "71.2 ms" },
		{ 999600000, "1.00 s" },
		{ 12000000000, "12.0 s" },
		{ 600000000000, "600 s" },
	};
	char text[XS_TIME_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		xs_time(text, rows[i].ns);
		assert_string_equal(text, rows[i].text);
	}
}

static void pass_shows_its_evidence(void **unused)
{
	struct scene *s = scene_new(XS_PASS);
	char *text = text_of(&s->r, "");

	(void)unused;
	assert_has(text, "uffd-upper: pass\n");
	assert_has(text, "3000 of 4000 deliveries (75.0 %)");
	assert_has(text, "of 50 sampled signals 48 faulted on save, 0 on restore");
	assert_has(text, "first signal after 71.2 us");
	assert_has(text, "0.001");
	assert_has(text, "(3 / 3000)");
	free(text);
	free(s);
}

static void corruption_says_whose_data(void **unused)
{
	struct scene *s = scene_corrupt();
	char *text;

	(void)unused;
	s->r.saved = "found.ini";
	text = text_of(&s->r, "");
	assert_has(text, "worker 0 on CPU 1: wrong registers after sigreturn: foreign data, of "
			 "pressure vector-process #2 on CPU 0\n");
	assert_has(text, "on CPU 1 before, on CPU 0 after");
	assert_has(text, "9 wrong lanes: 1 init, 8 foreign\n");
	assert_has(text,
		   "ymm5 lane 2      0x8000000000000001  0xfedcba9876543210  foreign: pressure "
		   "vector-process #2 on CPU 0, its ymm5 lane 2, generation 1234\n");
	assert_has(text, "foreign: the signal handler of worker 0 on CPU 1, its ymm5");
	assert_has(text, "mxcsr            0x00009fc0          0x00001f80          init\n");
	assert_has(text, "... and 6 more");
	assert_has(text, "XSTATE_BV: expected 0x7, actual 0x3");
	assert_has(text, "xsavage replay found.ini");
	free(text);
	free(s);
}

/* Root is not told to be root. */
static void an_unknown_place_says_why(void **unused)
{
	struct scene *s = scene_new(XS_HANG);
	char *text = text_of(&s->r, "");

	(void)unused;
	assert_true(!strstr(text, "run as root") == !geteuid());
	assert_has(text, "kernel stack cannot be read");
	free(text);
	free(s);
}

/* Every kind of verdict has a text, each of whose lines carries the prefix. */
static void every_verdict_has_a_text(void **unused)
{
	static const char *const parts[XS_VERDICTS] = {
		[XS_INCONCLUSIVE] = "no pass",	 [XS_PASS] = "95 % confidence",
		[XS_SKIP] = "xsavage list",	 [XS_CORRUPT] = "signals in window",
		[XS_KILLED] = "bad frame",	 [XS_HANG] = "fpu__restore_sig",
		[XS_KERNEL_WARNING] = "WARNING", [XS_ERROR] = "nothing about the kernel",
		[XS_ACCEPTED] = "nobody may",	 [XS_REFUSED] = "die of it",
	};

	(void)unused;
	for (uint32_t kind = 0; kind < XS_VERDICTS; kind++) {
		struct scene *s = scene_new(kind);
		char *text, *line;

		strcpy(s->v.why, "a reason\nof two lines");
		s->ending.died_signal = 11;
		strcpy(s->ending.where, "state D\nfpu__restore_sig+0x1/0x2\n");
		strcpy(s->ending.kernel_log, "WARNING: one\ntwo\n");
		text = text_of(&s->r, "# ");
		assert_has(text, parts[kind]);
		for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			assert_memory_equal(line, "# ", 2);
		free(text);
		/* A case that never ran has neither plan nor ending. */
		s->r.plan = NULL;
		s->r.ending = NULL;
		text = text_of(&s->r, "");
		assert_has(text, xs_verdict_names[kind]);
		free(text);
		free(s);
	}
}

/* A case of milliseconds whose tasks take seconds to come and go says so. */
static void slow_beginnings_are_said(void **unused)
{
	struct scene *s = scene_new(XS_PASS);
	char *text;

	(void)unused;
	s->v.evidence.elapsed_ns = 250000000;
	s->v.evidence.wall_ns = 20250000000;
	text = text_of(&s->r, "");
	assert_has(text, "time               250 ms");
	assert_has(text, ", and 20.0 s to begin and to end");
	free(text);
	s->v.evidence.wall_ns = 300000000;
	text = text_of(&s->r, "");
	assert_null(strstr(text, "to begin"));
	free(text);
	free(s);
}

static void advice_computes_the_lock_limit(void **unused)
{
	struct xs_triage t = { .min_stack_bytes = 3376, .memlock_bytes = 65536 };
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	(void)unused;
	assert_int_equal(xs_frame_pages(0, 4096), 0);
	assert_int_equal(xs_frame_pages(1, 4096), 1);
	assert_int_equal(xs_frame_pages(2, 4096), 2);
	assert_int_equal(xs_frame_pages(4097, 4096), 2);
	assert_int_equal(xs_frame_pages(4098, 4096), 3);
	assert_int_equal(xs_memlock_bytes(3376, 4096, 100), 2 * 4096 * 100);
	xs_report_advice(f, &t, 100);
	fclose(f);
	assert_has(text, "100 threads");
	assert_has(text, "RLIMIT_MEMLOCK of 800 KiB");
	assert_has(text, "64 KiB, is too low");
	assert_has(text, "GODEBUG=asyncpreemptoff=1");
	free(text);
}

static char *advice(const struct xs_triage *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	xs_report_advice(f, t, 64);
	fclose(f);
	if (!text)
		abort();
	return text;
}

/* A new kernel does not help who has tested something else. */
static void advice_is_about_what_was_tested(void **unused)
{
	struct xs_triage t = { .release = "6.1.0", .min_stack_bytes = 3376 };
	char *text = advice(&t);

	(void)unused;
	assert_has(text, "  1. Upgrade the kernel.");
	assert_has(text, "  3. Fewer signals");
	assert_null(strstr(text, "emulated"));
	free(text);

	strcpy(t.emulator, "TCGTCGTCGTCG");
	strcpy(t.model, "QEMU TCG CPU");
	strcpy(t.cpu.brand, "QEMU TCG CPU");
	text = advice(&t);
	assert_has(text, "  1. Upgrade the kernel.");
	assert_has(text, "the CPU is emulated");
	free(text);

	strcpy(t.model, "AMD EPYC");
	text = advice(&t);
	assert_null(strstr(text, "Upgrade the kernel"));
	assert_has(text, "another version of qemu-user");
	assert_has(text, "  2. Fewer signals");
	free(text);
}

static void names_from_outside_are_printable(void **unused)
{
	static char text[XS_PRINTABLE_BYTES], longer[XS_PRINTABLE_BYTES + 100];

	(void)unused;
	assert_string_equal(xs_printable(text, "/tmp/a\033[31m\n\x7f\xc3\xa4.case"),
			    "/tmp/a?[31m????.case");
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 2] = 'b';
	xs_printable(text, longer);
	assert_int_equal(strlen(text), XS_PRINTABLE_BYTES - 1);
	assert_memory_equal(text, "...a", 4);
	assert_int_equal(text[XS_PRINTABLE_BYTES - 2], 'b');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lane_names),
		cmocka_unit_test(times),
		cmocka_unit_test(pass_shows_its_evidence),
		cmocka_unit_test(corruption_says_whose_data),
		cmocka_unit_test(an_unknown_place_says_why),
		cmocka_unit_test(every_verdict_has_a_text),
		cmocka_unit_test(slow_beginnings_are_said),
		cmocka_unit_test(advice_computes_the_lock_limit),
		cmocka_unit_test(advice_is_about_what_was_tested),
		cmocka_unit_test(names_from_outside_are_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
