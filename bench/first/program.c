// SPDX-License-Identifier: GPL-2.0-only
/* Starts other programs, reads what they say, and leaves nothing of them. */
#include "first/program.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "oracle/oracle.h"
#include "task/sys.h"

#define SAID	"said"
#define END_MS	10000 /* for a folder to be left alone */
#define POLL_MS 10
#define LINE	512

static int become(const cpu_set_t *cpus, const char *folder)
{
	int fd;

	if (sched_setaffinity(0, sizeof(*cpus), cpus) || chdir(folder))
		return -1;
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		return -1;
	fd = open(SAID, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 ? -1 : 0;
}

pid_t xs_program_fork(pid_t group, const cpu_set_t *cpus, const char *folder)
{
	const pid_t pid = xs_child_fork(group);

	if (!pid && become(cpus, folder))
		_exit(2);
	return pid;
}

/* Without what a terminal or a report would stumble over, and blanks around it. */
static void put_line(char *out, size_t bytes, const char *line)
{
	size_t n;

	line += strspn(line, " \t");
	snprintf(out, bytes, "%s", line);
	for (n = strlen(out); n && isspace((unsigned char)out[n - 1]); n--)
		out[n - 1] = '\0';
	for (size_t i = 0; i < n; i++)
		if (!isprint((unsigned char)out[i]))
			out[i] = '?';
}

/* The verdict at the end of "NAME: corrupt", or XS_VERDICTS for another line. */
static enum xs_verdict_kind verdict_of(const char *line)
{
	const char *kind = strrchr(line, ' ');

	for (uint32_t i = 0; kind > line && kind[-1] == ':' && i < XS_VERDICTS; i++) {
		const size_t n = strlen(xs_verdict_names[i]);

		if (!strncmp(kind + 1, xs_verdict_names[i], n) && kind[1 + n] == '\n')
			return (enum xs_verdict_kind)i;
	}
	return XS_VERDICTS;
}

void xs_program_said(const char *folder, struct xs_said *said)
{
	char path[128], line[LINE];
	bool next = false;
	FILE *f;

	*said = (struct xs_said){ 0 };
	snprintf(path, sizeof(path), "%s/" SAID, folder);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		const enum xs_verdict_kind kind = verdict_of(line);

		if (next && !said->finding[0])
			put_line(said->finding, sizeof(said->finding), line);
		next = kind < XS_VERDICTS && xs_verdict_exit(kind) == 1;
		said->inconclusive |= kind == XS_INCONCLUSIVE;
		if (line[strspn(line, " \t\r\n")])
			put_line(said->last, sizeof(said->last), line);
	}
	if (f)
		fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int xs_program_remove(const char *folder)
{
	struct stat st;

	/* A program that has been killed may still be writing to it. */
	for (int ms = 0; !lstat(folder, &st); ms += POLL_MS) {
		nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		if (ms > END_MS)
			return -ENOTEMPTY;
		if (!lstat(folder, &st))
			usleep(POLL_MS * 1000);
	}
	return 0;
}
