// SPDX-License-Identifier: GPL-2.0-only
/* fork: a process that forks while it holds registers; parent and child prove them. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#include "engine/sys.h"
#include "engine/vector.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"

#define PERIOD_DEFAULT_US 500u

/*
 * One round. The window's system call is the fork: both sides come out of it
 * with the registers that the kernel gave them, and go on to the same check,
 * each with its own copy of the memory.
 */
static int fork_once(struct xs_task *t, struct xs_level *l, volatile pid_t *child)
{
	int bad;

	*child = 0;
	xs_vector_next(t, l);
	bad = xs_window_run(&l->window);
	if (xs_syscall3(SYS_getpid, 0, 0, 0) != t->count->pid) {
		xs_vector_prove(t, l, XS_LEG_FORK, bad);
		xs_offspring_exit(0);
	}
	xs_vector_prove(t, l, XS_LEG_RETURN, bad);
	if (!*child)
		return xs_task_fail(t, -EAGAIN, "forking in its window");
	return xs_offspring_reap(t, *child, "its forked child failed");
}

static int run(struct xs_task *t)
{
	struct xs_level *l = xs_vector_open(t, MAP_PRIVATE);
	volatile pid_t child = 0;
	int rc;

	if (!l)
		return -ENOMEM;
	l->window.hold_syscall = SYS_clone;
	l->window.args[0] = CLONE_PARENT_SETTID | SIGCHLD;
	l->window.args[2] = (uintptr_t)&child;
	rc = xs_task_begin(t);
	while (rc >= 0 && !xs_task_stopping(t)) {
		rc = fork_once(t, l, &child);
		xs_vector_rest(t, PERIOD_DEFAULT_US);
	}
	xs_vector_close(t, l);
	return rc;
}

const struct xs_pressure xs_pressure_fork = {
	.name = "fork",
	.summary = "a process that forks while it holds registers, every period_us (0: 500)",
	.process = true,
	.forks = true,
	.vector = true,
	.run = run,
};
