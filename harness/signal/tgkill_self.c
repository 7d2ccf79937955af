// SPDX-License-Identifier: GPL-2.0-only
/* tgkill-self: the worker's own tgkill() inside the window, delivered on its way out. */
#include "signal/signal.h"
#include "task/sys.h"

static void arm(struct xs_task *t)
{
	struct xs_window *window = &t->level[0].window;

	window->hold_syscall = SYS_tgkill;
	window->args[0] = (uint64_t)t->count->pid;
	window->args[1] = (uint64_t)t->count->tid;
	window->args[2] = XS_SIGNO;
}

const struct xs_signal_source xs_signal_tgkill_self = {
	.entry = {
		.name = "tgkill-self",
		.summary = "tgkill() by the worker itself, inside the window",
		.flags = XS_DEFAULT,
	},
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define source_open(t) (t->call = SYS_tgkill, t->arg[0] = t->arg[1] = t->pid, t->arg[2] = SIGNO)
#endif
