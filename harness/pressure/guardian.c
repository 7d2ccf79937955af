// SPDX-License-Identifier: GPL-2.0-only
/* A process that undoes what another one has changed, however that ends. */
#include "pressure/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "task/sys.h"

#define FILES_MAX 65536u /* closed one by one where there is no close_range(): before 5.9 */

/* Close files @from to @to. */
static void close_between(uint32_t from, uint32_t to)
{
	if (from > to || !xs_syscall3(SYS_close_range, from, to, 0))
		return;
	for (uint32_t fd = from; fd <= to && fd < FILES_MAX; fd++)
		xs_syscall3(SYS_close, fd, 0, 0);
}

/* A pipe, a terminal, a lock: nobody is to wait for their end because of us. */
static void close_all_but(int a, int b, int c)
{
	uint32_t from = 0;

	for (;;) {
		uint32_t next = UINT32_MAX;
		const int kept[] = { a, b, c };

		for (uint32_t i = 0; i < 3; i++)
			if (kept[i] >= 0 && (uint32_t)kept[i] >= from && (uint32_t)kept[i] < next)
				next = (uint32_t)kept[i];
		if (next != from)
			close_between(from, next == UINT32_MAX ? next : next - 1);
		if (next == UINT32_MAX)
			return;
		from = next + 1;
	}
}

static void guard(const struct xs_guardian *g, int life, int ready) __attribute__((noreturn));

static void guard(const struct xs_guardian *g, int life, int ready)
{
	const uint64_t all = ~0ull;
	char byte = 0;
	long rc;

	xs_syscall3(SYS_setsid, 0, 0, 0);
	xs_syscall6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, 0, sizeof(all), 0, 0);
	xs_syscall3(SYS_chdir, (long)"/", 0, 0);
	close_all_but(g->fd, life, ready);
	rc = xs_syscall3(SYS_write, ready, (long)&byte, 1);
	xs_syscall3(SYS_close, ready, 0, 0);
	if (rc != 1)
		xs_exit(EPIPE);
	/* Nobody writes: it returns when the last one that could is gone. */
	do
		rc = xs_syscall3(SYS_read, life, (long)&byte, 1);
	while (rc == -EINTR);
	xs_exit(-g->undo(g->arg));
}

/* Wait for its end, or for a stop, of which it dies: the status; -EAGAIN: @flags has WNOHANG. */
static int reap(struct xs_guardian *g, int flags)
{
	int status = 0;
	long rc;

	while ((rc = xs_wait4(g->pid, &status, flags | __WALL | WUNTRACED)) > 0 &&
	       WIFSTOPPED(status)) {
		xs_syscall3(SYS_kill, g->pid, SIGKILL, 0);
		flags = 0;
	}
	if (!rc)
		return -EAGAIN;
	g->pid = 0;
	return rc < 0 ? SIGKILL : status;
}

int xs_guardian_start(struct xs_guardian *g)
{
	int life[2], ready[2];
	char byte;
	long rc;

	g->pid = 0;
	if (pipe2(life, O_CLOEXEC))
		return -errno;
	if (pipe2(ready, O_CLOEXEC)) {
		rc = -errno;
		goto out;
	}
	/* It sends no signal when it ends: the caller's handling of SIGCHLD does not matter. */
	rc = xs_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
	if (!rc)
		guard(g, life[0], ready[1]);
	close(ready[1]);
	if (rc > 0) {
		g->pid = (pid_t)rc;
		do
			rc = xs_syscall3(SYS_read, ready[0], (long)&byte, 1);
		while (rc == -EINTR);
		if (rc != 1)
			reap(g, 0);
		rc = rc == 1 ? 0 : -ECHILD;
	}
	close(ready[0]);
out:
	close(life[0]);
	if (rc)
		close(life[1]);
	else
		g->life = life[1];
	return (int)rc;
}

bool xs_guardian_lost(struct xs_guardian *g)
{
	return !g->pid || reap(g, WNOHANG) != -EAGAIN;
}

int xs_guardian_end(struct xs_guardian *g)
{
	int status = SIGKILL;

	close(g->life);
	if (g->pid)
		status = reap(g, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : g->undo(g->arg);
}
