// SPDX-License-Identifier: GPL-2.0-only
/* Children of pressure tasks, and where and how long these run. */
#include "pressure/offspring.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "task/death.h"
#include "task/sys.h"

pid_t xs_offspring_fork(void)
{
	const long parent = xs_syscall3(SYS_getpid, 0, 0, 0);
	const long pid = xs_syscall6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);

	if (!pid) {
		xs_syscall3(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
		if (xs_syscall3(SYS_getppid, 0, 0, 0) != parent)
			xs_exit(1);
	}
	return (pid_t)pid;
}

int xs_offspring_try(int (*what)(void))
{
	/* Without a signal at its end: the caller's handling of SIGCHLD does not matter. */
	const long pid = xs_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
	int status;
	long rc;

	if (!pid)
		xs_exit(-what());
	if (pid < 0)
		return (int)pid;
	rc = xs_wait4(pid, &status, __WALL);
	if (rc < 0)
		return (int)rc;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

int xs_offspring_judge(struct xs_task *t, int status, const char *what)
{
	char text[sizeof(t->count->error_what)];

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFSIGNALED(status) && xs_death_is_fault(WTERMSIG(status))) {
		xs_death_of_child(WTERMSIG(status));
		xs_death_die(WTERMSIG(status));
	}
	if (WIFEXITED(status))
		snprintf(text, sizeof(text), "%s, with exit code %d", what, WEXITSTATUS(status));
	else
		snprintf(text, sizeof(text), "%s, of \"%.40s\"", what, strsignal(WTERMSIG(status)));
	return xs_task_fail(t, -ECANCELED, text);
}

int xs_offspring_reap(struct xs_task *t, pid_t pid, const char *what)
{
	int status = 0;
	long rc;

	rc = xs_wait4(pid, &status, 0);
	if (rc < 0)
		return xs_task_fail(t, (int)rc, "waiting for its child");
	return xs_offspring_judge(t, status, what);
}

bool xs_is_there(const struct xs_counters *c)
{
	return c->tid && !xs_syscall3(SYS_tgkill, c->pid, c->tid, 0);
}

int32_t xs_cpu_now(void)
{
	uint32_t cpu = 0;

	xs_syscall3(SYS_getcpu, (long)&cpu, 0, 0);
	return (int32_t)cpu;
}

uint32_t xs_tasks_pinned(const struct xs_plan *plan, int32_t cpu)
{
	uint32_t tasks = 0;

	for (uint32_t i = 0; i < plan->tasks; i++)
		tasks += plan->task[i].cpu == cpu;
	return tasks;
}

int32_t xs_quietest_cpu(const struct xs_plan *plan, int32_t not, int32_t nor)
{
	uint32_t fewest = UINT32_MAX;
	int32_t best = -1;

	for (uint32_t i = 0; i < plan->cpus; i++) {
		const int32_t cpu = plan->cpu[i];
		const uint32_t tasks = xs_tasks_pinned(plan, cpu);

		if (cpu == not || cpu == nor || tasks >= fewest)
			continue;
		fewest = tasks;
		best = cpu;
	}
	return best;
}

void xs_rest_until_stop(const struct xs_task *t, uint32_t us)
{
	const struct timespec time = { us / 1000000, (long)(us % 1000000) * 1000 };

	if (us)
		xs_syscall6(SYS_futex, (long)&t->shared->stop, FUTEX_WAIT, 0, (long)&time, 0, 0);
}
