// SPDX-License-Identifier: GPL-2.0-only
/* Starts the children of a run: a process that dies with its parent and leaves nothing. */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/crew.h"
#include "engine/host.h"
#include "pressure/pressure.h"
#include "task/sys.h"

#define AWAIT_US 200u

/* What the parent arranged for itself, or got from others, must not reach the children. */
static void become_child(const struct xs_arena *arena, pid_t parent, struct xs_death *death)
{
	const struct sched_param normal = { 0 };
	const int policy = sched_getscheduler(0);
	struct rlimit core;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(XS_CHILD_ORPHAN);
	/* The calling program may have handlers of its own. */
	for (int signo = 1; signo <= SIGRTMAX; signo++)
		signal(signo, SIG_DFL);
	xs_death_watch(death);
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

/* Whether the workers' process may not stay: an only worker is its own thread. */
static bool altered(const struct xs_plan *plan)
{
	for (uint32_t i = plan->workers; i < plan->tasks; i++)
		if (xs_plan_pressure(&plan->task[i]) & XS_PRESSURE_ALTERS)
			return true;
	return false;
}

/* One part of one run; whether the process is as it was before. */
static bool do_part(struct xs_shared *shared, uint32_t index, struct xs_host *host)
{
	struct xs_task task;

	if (index < shared->plan.workers)
		return !xs_host_main(shared, host, index) && !altered(&shared->plan);
	xs_task_init(&task, shared, index);
	return !xs_pressure_run(&task) && (xs_plan_pressure(task.plan) & XS_PRESSURE_STAYS);
}

/*
 * Wait for the next run. A worker that was alone looks for a while before it
 * sleeps: a short case ends before a task that sleeps is awake again. Beside
 * others it must not: they may need its CPU to come to their end.
 */
static uint32_t await_run(const struct xs_shared *shared, struct xs_seat *seat, uint32_t last)
{
	const uint64_t from = xs_rdtsc();
	const uint64_t ticks = shared->plan.tasks == 1 ? AWAIT_US * shared->ticks_per_us : 0;

	while (seat->run == last) {
		if (xs_rdtsc() - from < ticks)
			xs_pause();
		else
			xs_syscall6(SYS_futex, (long)&seat->run, FUTEX_WAIT, last, 0, 0, 0);
	}
	return seat->run;
}

static void child_main(struct xs_shared *shared, struct xs_seat *seat)
{
	struct xs_host host = { 0 };

	for (uint32_t run = seat->run;; run = await_run(shared, seat, run)) {
		if (!do_part(shared, seat->task, &host) || !shared->stay)
			return;
		seat->left = run;
		xs_notify(shared);
	}
}

pid_t xs_child_start(const struct xs_arena *arena, uint32_t seat)
{
	const pid_t parent = getpid();
	pid_t pid;

	/* An inherited SIG_IGN would reap the children behind the parent's back. */
	signal(SIGCHLD, SIG_DFL);
	arena->shared->seat[seat].death.state = XS_DEATH_UNARMED;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		become_child(arena, parent, &arena->shared->seat[seat].death);
		child_main(arena->shared, &arena->shared->seat[seat]);
		_exit(0);
	}
	return pid;
}
