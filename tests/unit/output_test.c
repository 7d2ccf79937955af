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
#include <sys/stat.h>
#include <sys/sysmacros.h>
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
	assert_int_equal(xs_save_check(folder, why), -EISDIR);
	assert_int_equal(xs_save_check(path, why), -ENOENT);
	assert_int_equal(entries(folder), 0);
	rmdir(folder);
}

/* Whoever can write to the folder may have put something where a file is to be. */
static void what_was_planted_is_replaced(void **unused)
{
	char folder[] = "/tmp/report_test.XXXXXX", path[64], victim[64], why[XS_WHY_BYTES];
	struct stat st;
	FILE *f;

	(void)unused;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/saved.case", folder);
	snprintf(victim, sizeof(victim), "%s/victim", folder);
	f = fopen(victim, "w");
	assert_true(f && !fclose(f));
	for (int kind = 0; kind < 4; kind++) {
		if (kind == 0)
			assert_int_equal(symlink("victim", path), 0);
		else if (kind == 1)
			assert_int_equal(symlink("/dev/full", path), 0);
		else if (kind == 2)
			assert_int_equal(mkfifo(path, 0600), 0);
		else if (mknod(path, S_IFCHR | 0600, makedev(1, 7))) /* /dev/full */
			break;
		assert_int_equal(xs_save(path, "case", 4, why), 0);
		assert_int_equal(lstat(path, &st), 0);
		assert_true(S_ISREG(st.st_mode) && st.st_size == 4);
		assert_int_equal(stat(victim, &st), 0);
		assert_int_equal(st.st_size, 0);
		unlink(path);
	}
	unlink(victim);
	assert_int_equal(entries(folder), 0);
	rmdir(folder);
}

static int sink(const char *path, const char *text, char why[XS_WHY_BYTES])
{
	struct xs_sink s;
	const int rc = xs_sink_open(&s, path, why);

	return rc ? rc : xs_sink_write(&s, text, strlen(text), why);
}

static void what_the_user_names_is_written_to(void **unused)
{
	char folder[] = "/tmp/report_test.XXXXXX", path[64], why[XS_WHY_BYTES], got[8] = "";
	struct xs_sink s;
	int fd, ends[2];

	(void)unused;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(sink("/dev/full", "x", why), -ENOSPC);
	assert_int_equal(sink("/dev/null", "x", why), 0);
	assert_int_equal(sink(folder, "x", why), -EISDIR);
	assert_int_equal(sink("/tmp/", "x", why), -EISDIR);
	assert_int_equal(sink("/dev/fd/987654", "x", why), -EBADF);

	/* Opened before the run, so that its reader sees the end once, and after the text. */
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(xs_sink_open(&s, path, why), -ENXIO);
	assert_non_null(strstr(why, "start the reader first"));
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(xs_sink_open(&s, path, why), 0);
	assert_int_equal(read(fd, got, sizeof(got)), -1);
	assert_int_equal(xs_sink_write(&s, "fifo", 4, why), 0);
	assert_int_equal(read(fd, got, sizeof(got)), 4);
	assert_int_equal(read(fd, got, sizeof(got)), 0);
	close(fd);
	unlink(path);

	/* What it is given as a descriptor stays what it is, and where it is. */
	snprintf(path, sizeof(path), "%s/file", folder);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "one", 3), 3);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	assert_int_equal(sink(path, "two", why), 0);
	assert_int_equal(pread(fd, got, sizeof(got), 0), 6);
	assert_memory_equal(got, "onetwo", 6);
	close(fd);
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(sink(path, "x", why), -EBADF);
	close(ends[0]);
	close(ends[1]);

	/* A link is replaced, if it leads to a file. */
	snprintf(path, sizeof(path), "%s/link", folder);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(sink(path, "x", why), -ELOOP);
	unlink(path);
	assert_int_equal(symlink("file", path), 0);
	assert_int_equal(sink(path, "x", why), 0);
	unlink(path);
	snprintf(path, sizeof(path), "%s/file", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(entries(folder), 0);
	rmdir(folder);
}

static void nothing_foreign_is_written_to(void **unused)
{
	char folder[] = "/tmp/report_test.XXXXXX", path[64], why[XS_WHY_BYTES];
	struct xs_case c;
	int fd;

	(void)unused;
	if (geteuid())
		skip();
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 01777), 0);
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0666), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(sink(path, "x", why), 0);
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_int_equal(sink(path, "x", why), -EPERM);
	assert_non_null(strstr(why, "somebody else's"));
	close(fd);
	unlink(path);
	if (!mknod(path, S_IFBLK | 0600, makedev(7, 255))) {
		assert_int_equal(sink(path, "x", why), -ENOTBLK);
		assert_int_equal(xs_case_load(&c, path, why), -ENOTBLK);
		unlink(path);
	}
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
		cmocka_unit_test(what_was_planted_is_replaced),
		cmocka_unit_test(what_the_user_names_is_written_to),
		cmocka_unit_test(nothing_foreign_is_written_to),
		cmocka_unit_test(progress_says_nothing_in_a_pipe),
		cmocka_unit_test(progress_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
