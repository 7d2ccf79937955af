// SPDX-License-Identifier: GPL-2.0-only
/* kill: a signal to the process; of several workers the kernel chooses who takes it. */
#include "engine/sys.h"
#include "engine/task.h"

static void arm(struct xs_worker *w)
{
	struct xs_window *window = &w->level[0].window;

	window->hold_syscall = SYS_kill;
	window->args[0] = (uint64_t)w->task.count->pid;
	window->args[1] = XS_SIGNO;
}

const struct xs_signal_source xs_signal_kill = {
	.name = "kill",
	.summary = "kill() of the process by the worker itself, inside the window",
	.arm = arm,
};
