// SPDX-License-Identifier: GPL-2.0-only
/* fork: the handler forks, and parent and child both go through sigreturn and the check. */
#include <signal.h>
#include <sys/prctl.h>

#include "engine/sys.h"
#include "engine/task.h"
#include "handler/handler.h"

static bool act(struct xs_worker *w, uint32_t depth)
{
	long pid;

	(void)depth;
	xs_worker_clobber(w);
	pid = xs_syscall3(SYS_fork, 0, 0, 0);
	if (!pid)
		xs_syscall3(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
	w->is_child = pid == 0;
	w->child = pid > 0 ? (int32_t)pid : 0;
	return pid >= 0;
}

const struct xs_handler_action xs_handler_fork = {
	.name = "fork",
	.summary = "forks: parent and child both return, and prove their registers",
	.forks = true,
	.act = act,
};
