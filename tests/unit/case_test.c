// SPDX-License-Identifier: GPL-2.0-only
/* The case text: defaults, canonical form, files, and the seeds that go with the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case/case.h"
#include "case/schema.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

/* @c is valid and its text stands for it, bit for bit. */
static void assert_identity(const struct xs_case *c)
{
	char text[XS_CASE_TEXT_MAX], again[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES] = "";
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
	xs_case_print(&parsed, again);
	assert_string_equal(again, text);
}

static void test_default(void **unused)
{
	static const char text[] =
		"[case]\nname = case\nduration_ms = 1000\nsignals = 0\nseed = 1\n"
		"\n[worker]\ncount = 1\ncpus = auto\nregisters = sse\n"
		"hold = spin\nhold_us = 20000\n"
		"\n[signal]\nsource = tgkill-self\ndelay_us = 0\n"
		"\n[handler]\naction = return\n"
		"\n[stack]\nfault = none\nboundary = none\nmissing = all\n";
	char printed[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	struct xs_case c, parsed;

	(void)unused;
	xs_case_default(&c);
	assert_int_equal(xs_case_print(&c, printed), sizeof(text) - 1);
	assert_string_equal(printed, text);
	assert_int_equal(c.signal_place, XS_PLACE_L3);
	assert_int_equal(c.resolver_place, XS_PLACE_L3);
	assert_int_equal(c.fault_hold_us, 2000);
	assert_int_equal(c.pressures, 0);
	assert_identity(&c);
	assert_int_equal(xs_case_parse(&parsed, "[case]", 6, "t", why), 0);
	assert_memory_equal(&parsed, &c, sizeof(c));
}

/* Whatever memory they are made in, equal cases are equal bytes: padding is zero. */
static void test_padding(void **unused)
{
	struct xs_case_pressure p[2];
	struct xs_case c[2];
	int i;

	(void)unused;
	for (i = 0; i < 2; i++) {
		memset(&c[i], i ? 0xa5 : 0x5a, sizeof(c[i]));
		memset(&p[i], i ? 0xa5 : 0x5a, sizeof(p[i]));
		xs_case_default(&c[i]);
		xs_case_pressure_default(&p[i], XS_PRESSURE_vector_process);
	}
	assert_memory_equal(&c[0], &c[1], sizeof(c[0]));
	assert_memory_equal(&p[0], &p[1], sizeof(p[0]));
	assert_int_equal(p[0].count, 1);
	assert_int_equal(p[0].place, XS_PLACE_SAME_PU);
	assert_int_equal(p[0].registers, 1u << XS_STATE_sse);
	xs_case_pressure_default(&p[0], XS_PRESSURE_yield);
	assert_int_equal(p[0].registers, 0);
}

static void assert_names(const char *const *names, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		assert_non_null(names[i]);
	assert_null(names[count]);
}

static void test_names(void **unused)
{
	(void)unused;
	assert_names(xs_place_names, XS_PLACES);
	assert_names(xs_hold_names, XS_HOLDS);
	assert_names(xs_handler_names, XS_HANDLERS);
	assert_names(xs_missing_names, XS_MISSINGS);
	assert_string_equal(xs_place_names[XS_PLACE_SAME_PU], "same-pu");
	assert_string_equal(xs_place_names[XS_PLACE_UNPINNED], "unpinned");
	assert_string_equal(xs_missing_names[XS_MISSING_UPPER], "upper");
}

static void test_canonical(void **unused)
{
	static const char loose[] =
		"\xef\xbb\xbf; m\xc3\xbcller's case\r\n"
		"[pressure \t vector-thread] ; before the others\n"
		"  hold: yield\n\tregisters=  avx ,\tx87 ; with blanks\n[pressure vector-process]\n"
		"# a comment\n[stack]\n missing =upper\nfault = uffd-missing\nboundary = 0640\n"
		"[worker]\ncpus = 0,2-5\nregisters = all\n[signal]\nplace = smt\nsource = "
		"tgkill-peer\n"
		"[handler]\n\n[case]\nname = a.b-1";
	static const char *const parts[] = {
		"[case]\nname = a.b-1\nduration_ms = 1000\n",
		"\n[worker]\ncount = 1\ncpus = 0,2-5\nregisters = x87,mxcsr,sse,",
		"\n[signal]\nsource = tgkill-peer\nplace = smt\ndelay_us = 0\n\n[handler]\naction "
		"= return\n",
		"\n[stack]\nfault = uffd-missing\nboundary = 640\nmissing = upper\nhold_us = 2000\n"
		"resolver_place = l3\n",
		"\n[pressure vector-process]\ncount = 1\nplace = same-pu\nregisters = sse\nhold = "
		"spin\n"
		"period_us = 0\n",
		"\n[pressure vector-thread]\ncount = 1\nplace = same-pu\nregisters = x87,avx\nhold "
		"= yield\n",
	};
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	const char *at = text, *found;
	struct xs_case c;
	size_t i;

	(void)unused;
	if (xs_case_parse(&c, loose, sizeof(loose) - 1, "loose", why))
		fail_msg("%s", why);
	xs_case_print(&c, text);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		found = strstr(at, parts[i]);
		if (!found)
			fail_msg("no \"%s\" here, or not in this order:\n%s", parts[i], text);
		else
			at = found + strlen(parts[i]);
	}
	assert_identity(&c);
}

static void assert_load(const char *path, int error, const char *want)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;

	assert_int_equal(xs_case_load(&c, path, why), error);
	if (!strstr(why, want))
		fail_msg("\"%s\" does not say \"%s\"", why, want);
}

static void test_load(void **unused)
{
	char text[XS_CASE_TEXT_MAX], path[64], why[XS_WHY_BYTES], longest[300];
	int fd = memfd_create("case", MFD_CLOEXEC), standard = dup(STDIN_FILENO);
	struct xs_case c, loaded;
	ssize_t bytes;

	(void)unused;
	assert_load("/dev/zero", -EINVAL, "/dev/zero:1: more than 16384 bytes");
	assert_load("/", -EISDIR, "/: Is a directory");
	assert_load("/dev/null", -EINVAL, "/dev/null:1: no [case] section");
	assert_load("/none\x1b/x", -ENOENT, "/none?/x: No such file");
	memset(longest, 'p', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_load(longest, -ENAMETOOLONG, "...pppp");

	assert_true(fd >= 0 && standard >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	xs_case_default(&c);
	c.workers = 3;
	bytes = (ssize_t)xs_case_print(&c, text);
	assert_int_equal(write(fd, text, (size_t)bytes), bytes);
	assert_int_equal(xs_case_load(&loaded, path, why), 0);
	assert_memory_equal(&loaded, &c, sizeof(c));

	/* From standard input, and of 100 MB no more than a case may have and one byte. */
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(xs_case_load(&loaded, "-", why), 0);
	assert_memory_equal(&loaded, &c, sizeof(c));
	assert_int_equal(ftruncate(fd, 100000000), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_load("-", -EINVAL, "<stdin>:1: more than 16384 bytes");
	assert_int_equal(lseek(fd, 0, SEEK_CUR), XS_CASE_TEXT_MAX + 1);
	assert_load(path, -EINVAL, ":1: more than 16384 bytes");
	assert_int_equal(dup2(standard, STDIN_FILENO), STDIN_FILENO);
	close(standard);
	close(fd);
}

/* Row @row of axis @axis: its name, or NULL past the last. */
static const char *entry(unsigned int axis, unsigned int row)
{
	switch (axis) {
	case 0:
		return row < XS_STATES ? xs_states[row].name : NULL;
	case 1:
		return row < XS_SIGNALS ? xs_signals[row]->name : NULL;
	case 2:
		return row < XS_STACKS ? xs_stacks[row]->name : NULL;
	default:
		return row < XS_PRESSURES ? xs_pressures[row]->name : NULL;
	}
}

static const char *const axes[] = { "state", "signal", "stack", "pressure" };

static bool uses(const struct xs_case *c, unsigned int axis, unsigned int row)
{
	uint32_t i;

	switch (axis) {
	case 0:
		return c->registers == 1u << row;
	case 1:
		return c->signal == row;
	case 2:
		return c->fault == row;
	default:
		for (i = 0; i < c->pressures; i++)
			if (c->pressure[i].kind == row)
				return true;
		return false;
	}
}

/* Every row has its seed, which uses it, and there is no other seed. */
static void test_seeds(void **unused)
{
	char name[300], path[4096], why[XS_WHY_BYTES];
	unsigned int axis, row, seeds = 0, files = 0;
	DIR *dir = opendir(XS_CORPUS_DIR "/seeds");
	struct dirent *file;
	struct xs_case c;

	(void)unused;
	for (axis = 0; axis < sizeof(axes) / sizeof(axes[0]); axis++) {
		for (row = 0; entry(axis, row); row++, seeds++) {
			snprintf(name, sizeof(name), "%s-%s", axes[axis], entry(axis, row));
			snprintf(path, sizeof(path), XS_CORPUS_DIR "/seeds/%s.case", name);
			if (xs_case_load(&c, path, why))
				fail_msg("%s", why);
			assert_string_equal(c.name, name);
			if (!uses(&c, axis, row))
				fail_msg("%s does not use its entry", path);
			assert_identity(&c);
		}
	}
	assert_non_null(dir);
	while ((file = readdir(dir)))
		files += file->d_name[0] != '.';
	closedir(dir);
	if (files != seeds)
		fail_msg("%u files in " XS_CORPUS_DIR "/seeds for %u table rows", files, seeds);
}

/* The next block of docs/case-format.md that holds a case; *@at steps behind it. */
static char *next_example(char **at)
{
	static const char begin[] = "```ini\n", end[] = "```\n";
	char *text = strstr(*at, begin);
	char *close = text ? strstr(text + strlen(begin), end) : NULL;

	if (!close) {
		fail_msg("no example in docs/case-format.md");
		return NULL;
	}
	close[0] = '\0';
	*at = close + 1;
	return text + strlen(begin);
}

/* The page has every key, and its second example is the canonical form of its first. */
static void test_page(void **unused)
{
	static char page[65536];
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES], row[64];
	FILE *file = fopen(XS_CORPUS_DIR "/../docs/case-format.md", "re");
	char *at = page, *example;
	struct xs_case c;
	unsigned int i;

	(void)unused;
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (i = 0; i < XS_KEYS; i++) {
		snprintf(row, sizeof(row), "\n### [%s", xs_section_names[xs_keys[i].section]);
		at = strstr(page, row);
		assert_non_null(at);
		snprintf(row, sizeof(row), "\n| `%s` |", xs_keys[i].name);
		if (!at || !strstr(at, row))
			fail_msg("docs/case-format.md has no row for %s", xs_keys[i].name);
	}
	at = page;
	example = next_example(&at);
	if (xs_case_parse(&c, example, strlen(example), "page", why))
		fail_msg("%s", why);
	xs_case_print(&c, text);
	assert_string_equal(next_example(&at), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default), cmocka_unit_test(test_padding),
		cmocka_unit_test(test_names),	cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_load),	cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
