// SPDX-License-Identifier: GPL-2.0-only
/* Pinned children that begin together. */
#include "crowd.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void *xs_crowd_share(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

/* The rest of the signal mask is the parent's: it keeps SIGINT and SIGTERM out. */
static int prepare(uint32_t cpu)
{
	const struct sched_param normal = { 0 };
	cpu_set_t set;
	sigset_t ours;

	if (cpu >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR1);
	sigaddset(&ours, SIGUSR2);
	if (sched_setscheduler(0, SCHED_OTHER, &normal) ||
	    sched_setaffinity(0, sizeof(set), &set) || sigprocmask(SIG_UNBLOCK, &ours, NULL))
		return -errno;
	return 0;
}

/* Each has a CPU of its own, so that waiting by yields takes none from another. */
static void meet(volatile uint32_t *missing)
{
	__atomic_sub_fetch(missing, 1, __ATOMIC_SEQ_CST);
	while (*missing)
		sched_yield();
}

int xs_crowd_run(const uint32_t *cpu, uint32_t n, int (*run)(void *shared, uint32_t i),
		 void *shared)
{
	volatile uint32_t *missing = xs_crowd_share(sizeof(*missing));
	pid_t *pid = calloc(n, sizeof(*pid));
	const pid_t parent = getpid();
	int rc = missing && pid ? 0 : -ENOMEM;

	if (!rc)
		*missing = n;
	for (uint32_t i = 0; !rc && i < n; i++) {
		pid[i] = fork();
		if (pid[i] < 0) {
			rc = -errno;
			__atomic_sub_fetch(missing, n - i, __ATOMIC_SEQ_CST);
		}
		if (pid[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		rc = prepare(cpu[i]);
		meet(missing);
		_exit(rc ? -rc : -run(shared, i));
	}
	for (uint32_t i = 0; pid && i < n && pid[i] > 0; i++) {
		int status = 0;

		if (waitpid(pid[i], &status, 0) < 0)
			rc = -errno;
		else if (!WIFEXITED(status))
			rc = -EINTR;
		else if (WEXITSTATUS(status))
			rc = -WEXITSTATUS(status);
	}
	free(pid);
	if (missing)
		munmap((void *)missing, sizeof(*missing));
	return rc;
}
