// SPDX-License-Identifier: GPL-2.0-only
/* fork: the handler forks, and parent and child both go through sigreturn and the check. */
#include <signal.h>
#include <sys/prctl.h>

#include "handler/handler.h"
#include "task/sys.h"

static bool act(struct xs_task *t)
{
	long pid;

	xs_level_clobber(t);
	pid = xs_syscall3(SYS_fork, 0, 0, 0);
	if (!pid)
		xs_syscall3(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
	t->is_child = pid == 0;
	t->child = pid > 0 ? (int32_t)pid : 0;
	return pid >= 0;
}

const struct xs_handler_action xs_handler_fork = {
	.entry = {
		.name = "fork",
		.summary = "forks: parent and child both return, and prove their registers",
		.flags = XS_FORKS,
	},
	.act = act,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/syscall.h>
#include "handler/parts/clobber.c"
#include "axis/parts/reap.c"
static long handler_child = -1;
#define handler_act(t) (handler_child = syscall(SYS_fork))

static void handler_done(void)
{
	if (handler_child >= 0)
		reap(handler_child);
	handler_child = -1;
}
#endif
