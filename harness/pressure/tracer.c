// SPDX-License-Identifier: GPL-2.0-only
/* The life of a tracer: a child that it seizes, stops, and lets go on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "pressure/offspring.h"
#include "pressure/tracer.h"
#include "task/death.h"
#include "task/probe.h"
#include "task/sys.h"

#define LOOK_US 20u /* between two looks whether the tracee is in its window */

static const char died[] = "its tracee died";

/* Kill a child, and take what wait4() says of its death: whether it says something. */
static bool end(pid_t child, int *status)
{
	long rc;

	*status = 0;
	xs_syscall3(SYS_kill, child, SIGKILL, 0);
	do
		rc = xs_syscall6(SYS_wait4, child, (long)status, __WALL, 0, 0, 0);
	while (rc == child && WIFSTOPPED(*status));
	return rc == child;
}

long xs_tracer_call(long request, pid_t pid, long a, void *b)
{
	return xs_syscall6(SYS_ptrace, request, pid, a, (long)b, 0, 0);
}

static int probe(void)
{
	const pid_t child = xs_offspring_fork();
	int rc, status;

	if (child < 0)
		return child;
	if (!child)
		for (;;)
			xs_syscall3(SYS_pause, 0, 0, 0);
	rc = (int)xs_syscall6(SYS_ptrace, PTRACE_SEIZE, child, 0, 0, 0, 0);
	end(child, &status);
	return rc;
}

int xs_tracer_supported(char *why)
{
	const int rc = xs_probe_cpus(why);

	return rc ? rc
		  : xs_why(probe(), why,
			   "tracing a child: %m (kernel.yama.ptrace_scope, a seccomp filter)");
}

/*
 * What the kernel raises for what it did or held kills it, and accuses; what
 * somebody sent has to be told from that here: its death would not say.
 */
int xs_tracer_signal(struct xs_task *t, pid_t pid, int signo)
{
	siginfo_t info;
	char what[sizeof(t->count->error_what)];
	long rc;

	if (!xs_death_is_fault(signo))
		return signo;
	info.si_code = info.si_pid = 0;
	rc = xs_tracer_call(PTRACE_GETSIGINFO, pid, 0, &info);
	if (rc < 0) /* it is gone: killed */
		return rc == -ESRCH ? signo : xs_task_fail(t, (int)rc, "PTRACE_GETSIGINFO");
	if (info.si_code > 0)
		return signo;
	snprintf(what, sizeof(what), "its tracee was sent signal %d by process %d", signo,
		 info.si_pid);
	return xs_task_fail(t, -ECANCELED, what);
}

static int look(struct xs_task *t, struct xs_tracer *tr, int flags);

/*
 * What wait4() said of the tracee: 0, or -errno. -ECHILD: it is dead. One that somebody has stopped
 * stays so, unserved, until it is continued.
 */
static int handle(struct xs_task *t, struct xs_tracer *tr, int status)
{
	long request = PTRACE_CONT, signo = 0;
	int rc = 0;

	/* At the end of the run it leaves by itself. */
	if (!WIFSTOPPED(status))
		return xs_offspring_judge(t, status, died) || xs_task_stopping(t)
			       ? -ECHILD
			       : xs_task_fail(t, -ECHILD, died);
	tr->stopped = 0;
	if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP) {
		tr->stopped = WSTOPSIG(status);
		request = PTRACE_LISTEN;
	} else if (status >> 16 == PTRACE_EVENT_STOP) {
		rc = tr->is->serve(t, tr);
		if (rc == -ESRCH)
			return look(t, tr, 0);
	} else {
		rc = tr->is->signal ? tr->is->signal(t, tr, WSTOPSIG(status))
				    : xs_tracer_signal(t, tr->pid, WSTOPSIG(status));
		if (rc == -ESRCH)
			return look(t, tr, 0);
		signo = rc;
		rc = rc < 0 ? rc : 0;
	}
	if (rc >= 0)
		xs_tracer_call(request, tr->pid, 0, (void *)signo);
	/* Its last one: nothing that we do is to come before its death. */
	return xs_death_is_fault((int)signo) ? look(t, tr, 0) : rc;
}

/* Take what has become of the tracee, and wait for that or not: as handle(). */
static int look(struct xs_task *t, struct xs_tracer *tr, int flags)
{
	int status = 0;
	long rc;

	rc = xs_wait4(tr->pid, &status, __WALL | flags);
	if (rc < 0)
		return xs_task_fail(t, (int)rc, "waiting for its tracee");
	return rc ? handle(t, tr, status) : 0;
}

/*
 * A lost write shows only if the tracee's registers stay in its CPU while it
 * is stopped: the tracer runs elsewhere, and nothing else on that CPU if that
 * can be had.
 */
static int part(struct xs_task *t, pid_t pid)
{
	const int32_t own = t->plan->cpu >= 0 ? t->plan->cpu : xs_cpu_now();
	const int32_t cpu = xs_quietest_cpu(&t->shared->plan, own, -1);
	int rc;

	if (cpu < 0)
		return xs_task_fail(t, -ENODEV, "finding a CPU for its tracee");
	rc = xs_pin(pid, cpu);
	if (!rc)
		rc = xs_pin(0, own);
	/* -EINVAL: hotplug has just taken it offline. */
	return rc && rc != -EINVAL ? xs_task_fail(t, rc, "pinning tracer and tracee") : 0;
}

/* Until the end, and at its own pace: period_us is the tracee's. */
static int trace(struct xs_task *t, struct xs_tracer *tr)
{
	int rc = part(t, tr->pid);

	if (rc)
		return rc;
	rc = (int)xs_tracer_call(PTRACE_SEIZE, tr->pid, 0, (void *)PTRACE_O_EXITKILL);
	/* It is dead, and perhaps a zombie already: this says of what. */
	if (rc == -ESRCH || rc == -EPERM) {
		const int dead = look(t, tr, rc == -EPERM ? WNOHANG : 0);

		if (dead)
			return dead;
	}
	if (rc < 0)
		return xs_task_fail(t, rc, "PTRACE_SEIZE");
	tr->seized = 1;
	while (rc >= 0 && !xs_task_stopping(t)) {
		const uint32_t inside = t->slot->inside;
		const bool due = inside && inside != tr->served && !tr->stopped && !tr->by_itself;

		/* A stop comes at once, and a death is as good: no need to look for it. */
		if (due)
			xs_tracer_call(PTRACE_INTERRUPT, tr->pid, 0, NULL);
		rc = look(t, tr, due ? 0 : WNOHANG);
		xs_sleep_us(LOOK_US);
	}
	return rc;
}

int xs_tracer_step(struct xs_task *t)
{
	struct xs_tracer *tr = t->own;
	const int rc = trace(t, tr);

	if (rc == -ECHILD)
		tr->pid = 0;
	return rc;
}

/* What has become of the tracee since the last look; then it goes. */
void xs_tracer_close(struct xs_task *t)
{
	struct xs_tracer *tr = t->own;
	char what[sizeof(t->count->error_what)];
	int status;

	if (!tr->pid || (!t->count->error && look(t, tr, WNOHANG) == -ECHILD))
		return;
	if (!t->count->error && tr->stopped) {
		snprintf(what, sizeof(what), "its tracee was stopped by signal %d for good",
			 tr->stopped);
		xs_task_fail(t, -ECANCELED, what);
	}
	if (end(tr->pid, &status) && WIFSIGNALED(status) && xs_death_is_fault(WTERMSIG(status)))
		xs_offspring_judge(t, status, died);
}

int xs_tracer_begin(struct xs_task *t, const struct xs_tracing *is)
{
	struct xs_tracer *tr = t->own;
	pid_t pid;

	tr->is = is;
	pid = xs_offspring_fork();
	if (pid < 0)
		return xs_task_fail(t, pid, "forking its tracee");
	if (!pid) {
		is->main(t);
		xs_exit(0);
	}
	tr->pid = pid;
	return 0;
}
