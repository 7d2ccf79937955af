// SPDX-License-Identifier: GPL-2.0-only
/* Starts the children of a run: a process that dies with its parent and leaves nothing. */
#include "engine/child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pressure/pressure.h"

/* What the parent arranged for itself, or got from others, must not reach the children. */
static void become_child(const struct xs_arena *arena, pid_t parent)
{
	const struct sched_param normal = { 0 };
	const int policy = sched_getscheduler(0);
	struct rlimit core;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* Ctrl-C reaches the whole group: the parent ends the run in order. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(arena->signal_fd);
	/* Tasks that spin at a real-time priority would keep the parent from ending them. */
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		sched_setscheduler(0, SCHED_OTHER, &normal);
	if (!getrlimit(RLIMIT_CORE, &core)) {
		core.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &core);
	}
}

static void child_main(struct xs_shared *shared, uint32_t index)
{
	struct xs_task task;

	if (!index) {
		xs_host_main(shared);
		return;
	}
	xs_task_init(&task, shared, index);
	xs_pressures[task.plan->kind]->run(&task);
}

pid_t xs_child_start(const struct xs_arena *arena, uint32_t task)
{
	const pid_t parent = getpid();
	pid_t pid;

	/* An inherited SIG_IGN would reap the children behind the parent's back. */
	signal(SIGCHLD, SIG_DFL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		become_child(arena, parent);
		child_main(arena->shared, task);
		_exit(0);
	}
	return pid;
}

bool xs_child_accuses(int signo)
{
	return signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL ||
	       signo == SIGTRAP;
}
