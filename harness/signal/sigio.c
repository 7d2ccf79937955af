// SPDX-License-Identifier: GPL-2.0-only
/* sigio: a pipe that signals the worker, which writes to it inside the window. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "signal/signal.h"
#include "task/sys.h"

struct own {
	int pipe[2];
	bool open;
};

static int open_pipe(struct xs_task *t)
{
	struct own *own = t->own;
	const struct f_owner_ex owner = { F_OWNER_TID, (int)xs_syscall3(SYS_gettid, 0, 0, 0) };
	int rc;

	own->open = !pipe2(own->pipe, O_CLOEXEC | O_NONBLOCK);
	if (!own->open)
		return -errno;
	rc = (int)xs_syscall3(SYS_fcntl, own->pipe[0], F_SETOWN_EX, (long)&owner);
	if (!rc)
		rc = (int)xs_syscall3(SYS_fcntl, own->pipe[0], F_SETSIG, XS_SIGNO);
	if (!rc)
		rc = (int)xs_syscall3(SYS_fcntl, own->pipe[0], F_SETFL, O_ASYNC | O_NONBLOCK);
	return rc;
}

static void close_pipe(struct xs_task *t)
{
	const struct own *own = t->own;

	if (!own->open)
		return;
	close(own->pipe[0]);
	close(own->pipe[1]);
}

static void arm(struct xs_task *t)
{
	struct xs_window *window = &t->level[0].window;
	const struct own *own = t->own;
	uint8_t byte;

	/* What the window before has written: it must not fill up. */
	xs_syscall3(SYS_read, own->pipe[0], (long)&byte, sizeof(byte));
	window->hold_syscall = SYS_write;
	window->args[0] = (uint64_t)own->pipe[1];
	window->args[1] = (uintptr_t)t->init;
	window->args[2] = sizeof(byte);
}

const struct xs_signal_source xs_signal_sigio = {
	.entry = {
		.name = "sigio",
		.summary = "O_ASYNC of a pipe that the worker writes to inside the window",
	},
	.own_bytes = sizeof(struct own),
	.open = open_pipe,
	.close = close_pipe,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
static int source_pipe[2];

static void source_open(struct task *t)
{
	const struct f_owner_ex owner = { F_OWNER_TID, t->pid };

	if (pipe(source_pipe) || fcntl(source_pipe[0], F_SETOWN_EX, &owner) ||
	    fcntl(source_pipe[0], F_SETSIG, SIGNO) ||
	    fcntl(source_pipe[0], F_SETFL, O_ASYNC | O_NONBLOCK))
		err(4, "skip: a pipe that signals");
	t->call = SYS_write;
	t->arg[0] = source_pipe[1];
	t->arg[1] = (long)t->name;
	t->arg[2] = 1;
}

static void source_arm(const struct task *t)
{
	char bytes[64]; /* what the window before has written */

	if (t->signals && read(source_pipe[0], bytes, sizeof(bytes)) == 0)
		errx(2, "pipe");
}
#endif
