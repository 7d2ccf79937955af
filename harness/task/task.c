// SPDX-License-Identifier: GPL-2.0-only
/* What every task does: begin, end, fail. */
#include "task/task.h"

#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "task/sys.h"

uint64_t xs_now_ns(void)
{
	struct timespec t = { 0 };

	xs_syscall3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void xs_sleep_us(uint32_t us)
{
	const struct timespec t = { us / 1000000, (long)(us % 1000000) * 1000 };

	xs_syscall3(SYS_nanosleep, (long)&t, 0, 0);
}

void xs_wake(volatile uint32_t *word)
{
	xs_syscall6(SYS_futex, (long)word, FUTEX_WAKE, INT32_MAX, 0, 0, 0);
}

void xs_run_stop(struct xs_shared *shared)
{
	shared->stop = 1;
	/* The word that is waited for: a task about to wait for it must not sleep. */
	shared->started = 1;
	xs_wake(&shared->started);
	xs_wake(&shared->stop);
}

uint32_t xs_idle_kinds(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t least)
{
	uint32_t asked = 0, did = 0;

	for (uint32_t i = plan->workers; i < plan->tasks; i++) {
		const struct xs_plan_task *task = &plan->task[i];
		const struct xs_counters *c = &obs->counters[i];

		if (task->role != XS_ROLE_PRESSURE)
			continue;
		asked |= 1u << task->kind;
		did |= (uint32_t)((task->registers ? c->checks : c->iterations) >= least)
		       << task->kind;
	}
	return asked & ~did;
}

void xs_task_init(struct xs_task *t, struct xs_shared *shared, uint32_t index)
{
	*t = (struct xs_task){ .shared = shared,
			       .plan = &shared->plan.task[index],
			       .count = &shared->obs.counters[index],
			       .slot = &shared->slot[index],
			       .index = index };
}

void xs_notify(const struct xs_shared *shared)
{
	uint64_t one = 1;

	xs_syscall3(SYS_write, shared->event_fd, (long)&one, sizeof(one));
}

int xs_task_fail(struct xs_task *t, int error, const char *what)
{
	strncpy(t->count->error_what, what, sizeof(t->count->error_what) - 1);
	t->count->error = error;
	xs_notify(t->shared);
	return error;
}

static int set_affinity(int32_t tid, const uint64_t set[XS_PLAN_CPUS_MAX / 64])
{
	const long rc = xs_syscall3(SYS_sched_setaffinity, tid, XS_PLAN_CPUS_MAX / 8, (long)set);

	return rc < 0 ? (int)rc : 0;
}

int xs_pin(int32_t tid, int32_t cpu)
{
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };

	set[cpu / 64] = 1ull << (cpu % 64);
	return set_affinity(tid, set);
}

/* Pin to the planned PU, or to all that the plan may use. */
static int set_cpus(const struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };

	if (t->plan->cpu >= 0)
		return xs_pin(0, t->plan->cpu);
	for (uint32_t i = 0; i < plan->cpus; i++)
		set[plan->cpu[i] / 64] |= 1ull << (plan->cpu[i] % 64);
	return set_affinity(0, set);
}

int xs_task_pin(struct xs_task *t)
{
	const int rc = set_cpus(t);

	if (rc < 0)
		return xs_task_fail(t, rc, "pinning to its CPU");
	xs_task_usage(t);
	t->voluntary_base = t->count->switches_voluntary;
	t->involuntary_base = t->count->switches_involuntary;
	t->count->switches_voluntary = t->count->switches_involuntary = 0;
	t->count->pid = (int32_t)xs_syscall3(SYS_getpid, 0, 0, 0);
	t->count->tid = (int32_t)xs_syscall3(SYS_gettid, 0, 0, 0);
	return 0;
}

int xs_task_begin(struct xs_task *t)
{
	struct xs_shared *shared = t->shared;
	int rc = t->count->tid ? 0 : xs_task_pin(t);

	if (rc < 0)
		return rc;
	if (__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST) == shared->plan.tasks) {
		shared->start_ns = xs_now_ns();
		shared->started = 1;
		xs_wake(&shared->started);
		xs_notify(shared);
	}
	while (!shared->started && !shared->stop)
		xs_syscall6(SYS_futex, (long)&shared->started, FUTEX_WAIT, 0, 0, 0, 0);
	return 0;
}

/* A child that a handler has forked begins at zero. */
static uint64_t since(uint64_t now, uint64_t base)
{
	return now > base ? now - base : 0;
}

uint64_t xs_task_usage(struct xs_task *t)
{
	/* Not all of it: clang calls memset() for that, which uses vector registers. */
	struct rusage r;

	r.ru_nvcsw = r.ru_nivcsw = r.ru_minflt = r.ru_majflt = 0;
	xs_syscall3(SYS_getrusage, RUSAGE_THREAD, (long)&r, 0);
	t->count->switches_voluntary = since((uint64_t)r.ru_nvcsw, t->voluntary_base);
	t->count->switches_involuntary = since((uint64_t)r.ru_nivcsw, t->involuntary_base);
	return (uint64_t)r.ru_minflt + (uint64_t)r.ru_majflt;
}

void xs_signal_nest(void)
{
	const uint64_t set = 1ull << (XS_SIGNO - 1);

	xs_syscall6(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&set, 0, sizeof(set), 0, 0);
}
