// SPDX-License-Identifier: GPL-2.0-only
/* Where output goes: files that appear whole, and the progress line. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/progress.h"
#include "report/save.h"

static int entries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = -2; /* . and .. */

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void files_appear_whole_or_not_at_all(void **unused)
{
	char folder[] = "/tmp/report_test.XXXXXX", path[64], why[XS_WHY_BYTES], got[8] = "";
	FILE *f;

	(void)unused;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.json", folder);
	assert_int_equal(xs_save(path, "one", 3, why), 0);
	assert_int_equal(xs_save(path, "two", 3, why), 0);
	assert_int_equal(entries(folder), 1);
	f = fopen(path, "r");
	assert_int_equal(fread(got, 1, sizeof(got), f), 3);
	fclose(f);
	assert_string_equal(got, "two");
	unlink(path);

	snprintf(path, sizeof(path), "%s/missing/a.json", folder);
	assert_int_equal(xs_save(path, "x", 1, why), -ENOENT);
	assert_memory_equal(why, path, strlen(path));
	assert_non_null(strstr(why, "No such file"));
	assert_int_equal(xs_save(folder, "x", 1, why), -EISDIR);
	assert_int_equal(xs_save("/dev/full", "x", 1, why), -ENOSPC);
	assert_int_equal(xs_save("/dev/null", "x", 1, why), 0);
	assert_int_equal(entries(folder), 0);
	rmdir(folder);
}

static const struct xs_progress_line line = {
	.elapsed_ns = 12400000000,
	.total_ns = 60000000000,
	.number = 3,
	.cases = 20,
	.name = "uffd-upper",
	.signals = 1234,
	.faults = 1200,
	.switches = 56,
	.verdict = "pass so far",
};

static void progress_says_nothing_in_a_pipe(void **unused)
{
	struct xs_progress p;
	int ends[2];
	char byte;
	FILE *f;

	(void)unused;
	assert_int_equal(pipe(ends), 0);
	f = fdopen(ends[1], "w");
	xs_progress_start(&p, f);
	xs_progress_update(&p, &line, 1);
	xs_progress_clear(&p);
	fclose(f);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

/* What came out of the terminal since the last call. */
static void terminal_read(int master, char text[512])
{
	ssize_t n = read(master, text, 511);

	assert_true(n >= 0 || errno == EAGAIN);
	text[n > 0 ? n : 0] = '\0';
}

static void progress_on_a_terminal(void **unused)
{
	const struct winsize narrow = { .ws_row = 24, .ws_col = 20 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct xs_progress p;
	char text[512];
	FILE *f;

	(void)unused;
	if (master < 0 || grantpt(master) || unlockpt(master))
		skip();
	f = fopen(ptsname(master), "w");
	assert_non_null(f);
	/* What cannot take a line away again gets none. */
	setenv("TERM", "dumb", 1);
	xs_progress_start(&p, f);
	xs_progress_update(&p, &line, 500000000);
	xs_progress_clear(&p);
	terminal_read(master, text);
	assert_string_equal(text, "");
	setenv("TERM", "linux", 1);
	xs_progress_start(&p, f);
	xs_progress_update(&p, &line, 1000000000);
	terminal_read(master, text);
	assert_string_equal(text, "\r12/60 s, pass so far; signals 1234, faults 1200, switches 56; "
				  "case 3/20 uffd-up\033[K");
	xs_progress_update(&p, &line, 1099999999);
	terminal_read(master, text);
	assert_string_equal(text, "");
	assert_int_equal(ioctl(master, TIOCSWINSZ, &narrow), 0);
	xs_progress_update(&p, &line, 1100000000);
	terminal_read(master, text);
	assert_string_equal(text, "\r12/60 s, pass so fa\033[K");
	xs_progress_clear(&p);
	xs_progress_clear(&p);
	terminal_read(master, text);
	assert_string_equal(text, "\r\033[K");
	fclose(f);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_appear_whole_or_not_at_all),
		cmocka_unit_test(progress_says_nothing_in_a_pipe),
		cmocka_unit_test(progress_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
