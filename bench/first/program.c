// SPDX-License-Identifier: GPL-2.0-only
/* Starts other programs, waits for them, and leaves nothing of them. */
#include "first/program.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "oracle/oracle.h"
#include "task/sys.h"

#define SAID	"said"
#define END_MS	10000 /* to leave after SIGTERM */
#define POLL_MS 10
#define LINE	512

/* What a child is before it is anything else. */
static int become(pid_t group, pid_t parent, const cpu_set_t *cpus, const char *folder)
{
	sigset_t none;
	int fd;

	if (setpgid(0, group) || prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent ||
	    sched_setaffinity(0, sizeof(*cpus), cpus) || chdir(folder))
		return -1;
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		return -1;
	fd = open(SAID, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		return -1;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t xs_program_fork(pid_t group, const cpu_set_t *cpus, const char *folder)
{
	const pid_t parent = getpid(), pid = fork();

	if (!pid && become(group, parent, cpus, folder))
		_exit(2);
	if (pid < 0)
		return -errno;
	/* Whoever comes first: it may be signalled at once, and be the group of the next. */
	if (pid)
		setpgid(pid, group ? group : pid);
	return pid;
}

/* The line on the terminal, once a second; NULL takes it away. */
static void draw(const char *name, const char *what, uint64_t elapsed_ns)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (name)
		fprintf(stderr, "\r%s: %s, %u s\033[K", name, what,
			(unsigned int)(elapsed_ns / 1000000000));
	else
		fputs("\r\033[K", stderr);
}

static int wait_first(pid_t group, uint64_t from_ns, uint64_t limit_ns, const char *name,
		      const char *what, int *code)
{
	const struct timespec second = { .tv_sec = 1 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		const uint64_t elapsed_ns = xs_now_ns() - from_ns;
		const uint64_t left_ns = limit_ns > elapsed_ns ? limit_ns - elapsed_ns : 0;
		const struct timespec rest = { .tv_nsec = (long)left_ns };
		int signo;

		info.si_pid = 0;
		if (waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG | WNOWAIT))
			return -errno;
		if (info.si_pid) {
			*code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
			return 0;
		}
		if (!left_ns)
			return -ETIMEDOUT;
		draw(name, what, elapsed_ns);
		signo = sigtimedwait(&set, NULL, left_ns < 1000000000 ? &rest : &second);
		if (signo == SIGINT || signo == SIGTERM || signo == SIGHUP)
			return signo;
	}
}

int xs_program_wait(pid_t group, uint64_t from_ns, uint64_t limit_ns, const char *name,
		    const char *what, int *code)
{
	const int rc = wait_first(group, from_ns, limit_ns, name, what, code);

	draw(NULL, NULL, 0);
	return rc;
}

/* Reap what has ended: whether all have. */
static bool gone(pid_t group)
{
	pid_t pid;

	do
		pid = waitpid(-group, NULL, WNOHANG);
	while (pid > 0);
	return pid < 0;
}

void xs_program_end(pid_t group)
{
	kill(-group, SIGTERM);
	for (int ms = 0; ms < END_MS && !gone(group); ms += POLL_MS)
		usleep(POLL_MS * 1000);
	if (gone(group))
		return;
	kill(-group, SIGKILL);
	while (!gone(group))
		usleep(POLL_MS * 1000);
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
