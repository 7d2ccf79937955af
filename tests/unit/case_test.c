// SPDX-License-Identifier: GPL-2.0-only
/* The case text: defaults, canonical form, single values, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case/mail.h"
#include "case/schema.h"
#include "pressure/pressure.h"
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
		"\n[worker]\ncount = 1\nas = threads\ncpus = auto\nregisters = sse\n"
		"init = none\nvectors = all\nhold = spin\nhold_us = 20000\n"
		"\n[signal]\nsource = tgkill-self\ndelay_us = 0\n"
		"\n[handler]\naction = return\nabi = x86-64\n"
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
	assert_int_equal(c.depth, 1);
	assert_int_equal(c.restore, XS_MISSING_NONE);
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
	assert_names(xs_missing_names, XS_MISSING_NONE);
	assert_names(xs_restore_names, XS_MISSINGS);
	assert_string_equal(xs_place_names[XS_PLACE_SAME_PU], "same-pu");
	assert_string_equal(xs_place_names[XS_PLACE_UNPINNED], "unpinned");
	assert_string_equal(xs_name(XS_AXIS_ABI, XS_ABI_ia32_rt), "ia32-rt");
	assert_string_equal(xs_missing_names[XS_MISSING_UPPER], "upper");
	assert_string_equal(xs_restore_names[XS_MISSING_UPPER], "upper");
	assert_string_equal(xs_restore_names[XS_MISSING_NONE], "none");
}

static void test_canonical(void **unused)
{
	static const char loose[] =
		"\xef\xbb\xbf; m\xc3\xbcller's case\r\n"
		"[pressure \t vector-thread] ; before the others\n"
		"  hold: yield\n\tregisters=  avx ,\tx87 ; with blanks\n[pressure vector-process]\n"
		"# a comment\n[stack]\n missing =upper\nfault = uffd-missing\nboundary = 0640\n"
		"[worker]\nvectors = 0,1,02-3,5,30-31\ncpus = 0,2-5\nregisters = all\n"
		"init = zmm , avx\n[signal]\nplace = smt\nsource = tgkill-peer\n"
		"[handler]\ndepth = 3\nabi = ia32-rt\n\naction = nest\n[case]\nname = a.b-1";
	static const char *const parts[] = {
		"[case]\nname = a.b-1\nduration_ms = 1000\n",
		"\n[worker]\ncount = 1\nas = threads\ncpus = 0,2-5\nregisters = mmx,x87,",
		"\ninit = avx,zmm\nvectors = 0-3,5,30-31\nhold = spin\nhold_us = 20000\n",
		"\n[signal]\nsource = tgkill-peer\nplace = smt\ndelay_us = 0\n",
		"\n[handler]\naction = nest\nabi = ia32-rt\ndepth = 3\n",
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

/* Vector registers as text and as a mask; what is not canonical gets to be it. */
static void test_vectors(void **unused)
{
	static const struct {
		const char *text, *canonical;
		uint32_t mask;
	} lists[] = {
		{ "all", "all", UINT32_MAX },
		{ "0-31", "all", UINT32_MAX },
		{ "0", "0", 1 },
		{ "31", "31", 1u << 31 },
		{ "0-0", "0", 1 },
		{ "0-3,8", "0-3,8", 0x10f },
		{ "0,1,2", "0-2", 7 },
		{ "0-15,16-31", "all", UINT32_MAX },
		{ "16-31", "16-31", 0xffff0000u },
		{ "0-30", "0-30", 0x7fffffff },
		{ "1-31", "1-31", 0xfffffffe },
		{ "007,31", "7,31", 0x80000080u },
	};
	const struct xs_key *key = xs_key_find(XS_SECTION_WORKER, "vectors");
	char text[XS_CASE_LINE_MAX], why[XS_WHY_BYTES];
	struct xs_str out, reason = xs_str_open(why, sizeof(why));
	struct xs_case c;

	(void)unused;
	xs_case_default(&c);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(xs_value_read(key, &c, lists[i].text, &reason), 0);
		assert_int_equal(c.vectors, lists[i].mask);
		out = xs_str_open(text, sizeof(text));
		xs_value_print(key, &c, &out);
		assert_string_equal(text, lists[i].canonical);
		assert_identity(&c);
	}
}

/* "init" may be empty, and all or none by name; "restore" is any of its values where it applies. */
static void test_init_and_restore(void **unused)
{
	const struct xs_key *init = xs_key_find(XS_SECTION_WORKER, "init");
	const struct xs_key *restore = xs_key_find(XS_SECTION_STACK, "restore");
	char why[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(why, sizeof(why));
	struct xs_case c;

	(void)unused;
	xs_case_default(&c);
	assert_int_equal(xs_value_read(init, &c, "all", &reason), 0);
	assert_int_equal(c.init, (1ull << XS_STATES) - 1);
	assert_identity(&c);
	assert_int_equal(xs_value_read(init, &c, "none", &reason), 0);
	assert_int_equal(c.init, 0);
	assert_identity(&c);
	for (uint32_t row = 0; row < XS_STACKS; row++) {
		c.fault = (uint8_t)row;
		c.boundary = 640;
		assert_int_equal(xs_key_applies(restore, &c),
				 !!(xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES));
		for (uint8_t i = 0;
		     !!(xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES) && i < XS_MISSINGS; i++) {
			assert_int_equal(xs_value_read(restore, &c, xs_restore_names[i], &reason),
					 0);
			assert_int_equal(c.restore, i);
			assert_identity(&c);
		}
		c.restore = XS_MISSING_NONE;
	}
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

	/* From standard input, and of 100 MB no more than a mail may have and one byte. */
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(xs_case_load(&loaded, "-", why), 0);
	assert_memory_equal(&loaded, &c, sizeof(c));
	assert_int_equal(ftruncate(fd, 100000000), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_load("-", -EINVAL, "<stdin>:1: more than 16384 bytes");
	assert_int_equal(lseek(fd, 0, SEEK_CUR), XS_MAIL_TEXT_MAX + 1);
	assert_load(path, -EINVAL, ":1: more than 16384 bytes");
	assert_int_equal(dup2(standard, STDIN_FILENO), STDIN_FILENO);
	close(standard);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default), cmocka_unit_test(test_padding),
		cmocka_unit_test(test_names),	cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_init_and_restore),
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
