// SPDX-License-Identifier: GPL-2.0-only
/* The workers' process, or one worker's: its threads are the workers and those that serve them. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "engine/host.h"
#include "pressure/pressure.h"
#include "task/sys.h"

#define THREAD_STACK_BYTES (256ul * 1024)
#define YIELD_AFTER	   1000u /* looks at a window that is not there yet */

/* One thread: a task and, for a worker and those that serve it, the worker. */
struct thread {
	pthread_t id;
	struct xs_task task;
	struct xs_worker *worker;
	bool started;
};

/* Wait for a window of the target that has not been served: its sequence, or 0 at the end. */
static uint32_t await_window(const struct xs_sender *s, uint32_t last)
{
	const bool share = s->task.plan->cpu < 0 || s->task.plan->cpu == s->target->plan->cpu;

	for (uint32_t looks = 1; !xs_task_stopping(&s->task); looks++) {
		const uint32_t inside = s->target->slot->inside;

		if (inside && inside != last)
			return inside;
		if (share || looks % YIELD_AFTER == 0)
			xs_syscall3(SYS_sched_yield, 0, 0, 0);
		else
			xs_pause();
	}
	return 0;
}

static void sender_main(struct xs_sender *s)
{
	const struct xs_shared *shared = s->task.shared;
	const uint64_t delay = shared->plan.delay_us * shared->ticks_per_us;
	const struct xs_signal_source *source = xs_signal(shared->plan.signal);
	uint32_t last = 0;
	int rc = xs_task_begin(&s->task);

	while (rc >= 0 && (last = await_window(s, last))) {
		const uint64_t from = xs_rdtsc();

		while (xs_rdtsc() - from < delay && s->target->slot->inside == last)
			xs_pause();
		source->send(s);
		s->task.count->iterations++;
	}
	xs_task_usage(&s->task);
}

static void resolver_main(struct xs_task *t, struct xs_worker *w)
{
	int rc;

	/* Holds are short: the default slack of 50 us would be most of them. */
	prctl(PR_SET_TIMERSLACK, 1);
	rc = xs_task_begin(t);
	/* Until the worker is gone, not until the stop: it may be in a fault. */
	while (rc >= 0 && !w->finished) {
		rc = xs_stack(t->shared->plan.fault)->resolve(&w->stack);
		if (rc < 0)
			xs_task_fail(t, rc, "resolving a stack fault");
		else
			t->count->resolved += (uint64_t)rc;
	}
	xs_task_usage(t);
}

static void *run(void *arg)
{
	struct thread *thread = arg;
	struct xs_sender sender = { .task = thread->task, .target = &thread->worker->task };

	switch (thread->task.plan->role) {
	case XS_ROLE_WORKER:
		xs_worker_main(thread->worker);
		break;
	case XS_ROLE_SENDER:
		sender_main(&sender);
		break;
	case XS_ROLE_RESOLVER:
		resolver_main(&thread->task, thread->worker);
		break;
	default:
		xs_pressure_run(&thread->task);
		break;
	}
	return NULL;
}

/* How many workers the process has. */
static uint32_t workers_here(const struct xs_plan *plan)
{
	return plan->processes ? 1 : plan->workers;
}

/*
 * A worker that is the only one is the process's own thread: for a short case
 * a new one costs more than the case.
 */
static bool runs_itself(const struct xs_plan *plan)
{
	return workers_here(plan) == 1;
}

static int start_threads(struct xs_shared *shared, struct thread *thread, uint32_t first)
{
	const struct xs_plan *plan = &shared->plan;
	pthread_attr_t attr;
	int rc;

	rc = -pthread_attr_init(&attr);
	if (!rc)
		rc = -pthread_attr_setstacksize(&attr, THREAD_STACK_BYTES);
	for (uint32_t i = 0; !rc && i < plan->tasks; i++) {
		if (xs_plan_host(plan, i) != first ||
		    xs_plan_pressure(&plan->task[i]) & XS_PRESSURE_PROCESS)
			continue;
		xs_task_init(&thread[i].task, shared, i);
		thread[i].worker = thread[plan->task[i].worker].worker;
		if (i == first && runs_itself(plan))
			continue;
		rc = -pthread_create(&thread[i].id, &attr, run, &thread[i]);
		if (rc)
			xs_task_fail(&thread[i].task, rc, "creating its thread");
		thread[i].started = !rc;
	}
	pthread_attr_destroy(&attr);
	return rc;
}

static void join_threads(struct xs_shared *shared, struct thread *thread, struct xs_worker *workers,
			 uint32_t first)
{
	const struct xs_plan *plan = &shared->plan;
	const uint32_t n = workers_here(plan);

	for (uint32_t i = 0; i < n; i++) {
		if (thread[first + i].started)
			pthread_join(thread[first + i].id, NULL);
		workers[i].finished = 1;
	}
	/* All workers have had their signals: nothing else needs to go on. */
	if (__atomic_add_fetch(&shared->finished, n, __ATOMIC_RELAXED) == plan->workers)
		xs_run_stop(shared);
	for (uint32_t i = plan->workers; i < plan->tasks; i++)
		if (thread[i].started)
			pthread_join(thread[i].id, NULL);
	for (uint32_t i = 0; i < n; i++)
		xs_worker_close(&workers[i]);
}

/* Workers as new, for what is kept of them. */
static struct xs_worker *take_workers(struct xs_shared *shared, struct xs_host *host,
				      uint32_t first)
{
	const uint32_t n = workers_here(&shared->plan);
	const size_t head = offsetof(struct xs_worker, action);

	if (n > host->workers) {
		struct xs_worker *map = mmap(NULL, n * sizeof(*map), PROT_READ | PROT_WRITE,
					     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (map == MAP_FAILED)
			return NULL;
		for (uint32_t i = 0; i < host->workers; i++)
			map[i].kept = host->worker[i].kept;
		if (host->worker)
			munmap(host->worker, host->workers * sizeof(*map));
		host->worker = map;
		host->workers = n;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct xs_worker *w = &host->worker[i];

		xs_zero((uint8_t *)w + head, sizeof(*w) - head);
		xs_task_init(&w->task, shared, first + i);
	}
	if (shared->observe)
		host->worker[0].kcov = &host->kcov;
	return host->worker;
}

/* What the source asks for, for the whole process. */
static int enrol(struct xs_task *t)
{
	const struct xs_signal_source *source = xs_signal(t->shared->plan.signal);
	const int rc = source->enrol ? source->enrol() : 0;

	return rc < 0 ? xs_task_fail(t, rc, source->entry.name) : 0;
}

int xs_host_main(struct xs_shared *shared, struct xs_host *host, uint32_t first)
{
	const struct xs_plan *plan = &shared->plan;
	struct thread *thread = calloc(plan->tasks, sizeof(*thread));
	struct xs_worker *workers = take_workers(shared, host, first);
	struct xs_task task;
	int rc;

	xs_task_init(&task, shared, first);
	if (!thread || !workers) {
		rc = xs_task_fail(&task, -ENOMEM, "allocating the workers");
		goto out;
	}
	/* What is sent to the process is for a worker: each of them lets it in. */
	xs_signal_mask(SIG_BLOCK);
	rc = xs_handler_install(plan, NULL);
	if (rc) {
		rc = xs_task_fail(&task, rc, "installing the signal handler");
		goto out;
	}
	for (uint32_t i = 0; i < workers_here(plan); i++)
		thread[first + i].worker = &workers[i];
	rc = enrol(&task);
	if (!rc)
		rc = start_threads(shared, thread, first);
	if (rc)
		xs_run_stop(shared);
	else if (runs_itself(plan))
		xs_worker_main(workers);
	join_threads(shared, thread, workers, first);
	xs_handler_remove(plan);
out:
	free(thread);
	return rc;
}
