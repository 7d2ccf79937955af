// SPDX-License-Identifier: GPL-2.0-only
/* sigio: a pipe that signals the worker, which writes to it inside the window. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "engine/sys.h"
#include "engine/task.h"

static int open_pipe(struct xs_worker *w)
{
	const struct f_owner_ex owner = { F_OWNER_TID, (int)xs_syscall3(SYS_gettid, 0, 0, 0) };
	int rc;

	if (pipe2(w->pipe, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	w->pipe_open = true;
	rc = (int)xs_syscall3(SYS_fcntl, w->pipe[0], F_SETOWN_EX, (long)&owner);
	if (!rc)
		rc = (int)xs_syscall3(SYS_fcntl, w->pipe[0], F_SETSIG, XS_SIGNO);
	if (!rc)
		rc = (int)xs_syscall3(SYS_fcntl, w->pipe[0], F_SETFL, O_ASYNC | O_NONBLOCK);
	return rc;
}

static void close_pipe(struct xs_worker *w)
{
	if (!w->pipe_open)
		return;
	close(w->pipe[0]);
	close(w->pipe[1]);
}

static void arm(struct xs_worker *w)
{
	struct xs_window *window = &w->level[0].window;
	uint8_t byte;

	/* What the window before has written: it must not fill up. */
	xs_syscall3(SYS_read, w->pipe[0], (long)&byte, sizeof(byte));
	window->hold_syscall = SYS_write;
	window->args[0] = (uint64_t)w->pipe[1];
	window->args[1] = (uintptr_t)w->init;
	window->args[2] = sizeof(byte);
}

const struct xs_signal_source xs_signal_sigio = {
	.name = "sigio",
	.summary = "O_ASYNC of a pipe that the worker writes to inside the window",
	.open = open_pipe,
	.close = close_pipe,
	.arm = arm,
};
