// SPDX-License-Identifier: GPL-2.0-only
/* kill: a signal to the process; of several workers the kernel chooses who takes it. */
#include "signal/signal.h"
#include "task/sys.h"

static void arm(struct xs_task *t)
{
	struct xs_window *window = &t->level[0].window;

	window->hold_syscall = SYS_kill;
	window->args[0] = (uint64_t)t->count->pid;
	window->args[1] = XS_SIGNO;
}

const struct xs_signal_source xs_signal_kill = {
	.entry = {
		.name = "kill",
		.summary = "kill() of the process by the worker itself, inside the window",
		.flags = XS_SIGNAL_ANYBODY,
	},
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "signal/parts/block.c"
#define source_open(t) (t->call = SYS_kill, t->arg[0] = t->pid, t->arg[1] = SIGNO)
#endif
