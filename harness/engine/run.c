// SPDX-License-Identifier: GPL-2.0-only
/* The parent's side of a run: start the children, watch them, end them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/arena.h"
#include "engine/aside.h"
#include "engine/child.h"
#include "engine/sys.h"
#include "engine/watch.h"
#include "pressure/pressure.h"

#define TICK_MS		50
#define PROGRESS_TICKS	2u
#define HANG_MS_DEFAULT 10000u
#define READY_MS	30000u /* for all children to be set up */
#define STOP_MS		3000u  /* for all children to leave by themselves, */
#define LEAVE_MS	35000u /* or for the watchdog to be sure of one that does not */
#define LINGER_MS	100u   /* after the first finding */
#define KILL_MS		10000u /* for all children to die */

struct run {
	struct xs_arena *arena;
	struct xs_shared *shared;
	const struct xs_run_options *options;
	struct xs_ending *ending;
	struct xs_child *child; /* [0]: the workers' process */
	uint32_t children, alive;
	struct xs_klog klog;
	uint64_t found_ns; /* when the first finding was seen, or 0 */
	struct xs_aside aside;
	struct xs_watch watch[XS_WORKERS_MAX];
};

static int fail(struct run *r, int error, const char *what)
{
	if (!r->ending->error) {
		r->ending->error = error;
		snprintf(r->ending->error_what, sizeof(r->ending->error_what), "%s", what);
	}
	return error;
}

static int start_child(struct run *r, uint32_t task)
{
	const pid_t pid = xs_child_start(r->arena, task);

	if (pid < 0)
		return fail(r, pid, "creating a process");
	r->child[r->children++] = (struct xs_child){ .pid = pid, .task = task };
	r->alive++;
	return 0;
}

static int start_children(struct run *r)
{
	const struct xs_plan *plan = &r->shared->plan;
	int rc = start_child(r, 0);

	for (uint32_t i = plan->workers; !rc && i < plan->tasks; i++)
		if (plan->task[i].role == XS_ROLE_PRESSURE &&
		    xs_pressures[plan->task[i].kind]->process)
			rc = start_child(r, i);
	return rc;
}

static void child_ended(struct run *r, const struct xs_child *c, int status)
{
	const int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (r->ending->interrupted)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		fail(r, -ESRCH, "a child did not see its parent (unshare --pid needs --fork)");
	if (!signo)
		return;
	if (!xs_child_accuses(signo)) {
		char what[XS_WHY_BYTES];

		snprintf(what, sizeof(what),
			 "a child died of \"%s\" from outside (the OOM killer, a limit, a filter, "
			 "a person): the run proves nothing",
			 strsignal(signo));
		fail(r, -ECANCELED, what);
	} else if (!r->ending->died_signal) {
		r->ending->died_signal = signo;
		r->ending->died_task = c->task;
	}
}

static void reap(struct run *r, int report)
{
	for (uint32_t i = 0; i < r->children; i++) {
		int status;

		if (!r->child[i].pid || waitpid(r->child[i].pid, &status, WNOHANG) <= 0)
			continue;
		if (report)
			child_ended(r, &r->child[i], status);
		r->child[i].pid = 0;
		r->alive--;
	}
}

/* Sleep until a signal, an event of a child, or the tick's end. */
static void pause_for(struct run *r, int ms)
{
	struct pollfd fds[] = { { .fd = r->arena->signal_fd, .events = POLLIN },
				{ .fd = r->shared->event_fd, .events = POLLIN } };
	struct signalfd_siginfo info;
	uint64_t count;

	if (poll(fds, 2, ms) <= 0)
		return;
	if (fds[1].revents && read(r->shared->event_fd, &count, sizeof(count)) < 0 &&
	    errno != EAGAIN)
		fail(r, -errno, "reading the children's event");
	while (fds[0].revents && read(r->arena->signal_fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			r->ending->interrupted = (uint8_t)info.ssi_signo;
}

static int task_errors(struct run *r)
{
	const struct xs_obs *obs = &r->shared->obs;

	for (uint32_t i = 0; i < r->shared->plan.tasks; i++) {
		char what[XS_WHY_BYTES];

		if (!obs->counters[i].error)
			continue;
		snprintf(what, sizeof(what), "task %u: %s", i, obs->counters[i].error_what);
		return fail(r, obs->counters[i].error, what);
	}
	return 0;
}

/*
 * Whether a finding is old enough: the next few often say more than the first,
 * which may hold the data of a task that is none of ours.
 */
static int found(struct run *r)
{
	const uint32_t records = r->shared->obs.records;

	if (records && !r->found_ns)
		r->found_ns = xs_now_ns();
	return records >= XS_RECORDS_MAX ||
	       (records &&
		(r->shared->plant.how || xs_now_ns() - r->found_ns >= LINGER_MS * 1000000ull));
}

/* Whether the verdict is known before the run's time is over. */
static int settled(struct run *r)
{
	return found(r) || r->ending->interrupted || r->ending->died_signal || task_errors(r) ||
	       r->ending->error || r->ending->hung;
}

/* Whether anything has happened that ends the run before its time. */
static int over(struct run *r)
{
	reap(r, 1);
	return settled(r) || !r->child[0].pid;
}

/* Look at every worker: whether one hangs. */
static void watch(struct run *r)
{
	const uint32_t limit_ms = r->options->hang_ms ? r->options->hang_ms : HANG_MS_DEFAULT;

	for (uint32_t i = 0; i < r->shared->plan.workers; i++) {
		const struct xs_counters *c = &r->shared->obs.counters[i];

		if (!xs_watch_hangs(&r->watch[i], c, limit_ms))
			continue;
		r->ending->hung = 1;
		r->ending->hung_task = i;
		xs_where(r->ending->where, sizeof(r->ending->where), c->pid, c->tid);
		break;
	}
}

static int wait_ready(struct run *r)
{
	for (uint32_t ms = 0; r->shared->ready < r->shared->plan.tasks; ms += TICK_MS) {
		pause_for(r, TICK_MS);
		if (over(r))
			return -ECANCELED;
		/* It takes signals before it is ready, to see where they go. */
		if (ms % XS_WATCH_EVERY_MS == 0 && ms < READY_MS)
			watch(r);
		if (ms > READY_MS)
			return fail(r, -ETIMEDOUT, "the children were not ready within 30 s");
	}
	r->shared->start_ns = xs_now_ns();
	r->shared->started = 1;
	xs_wake(&r->shared->started);
	return 0;
}

static void progress(struct run *r)
{
	if (r->options->progress)
		r->options->progress(r->options->progress_arg, &r->shared->plan, &r->shared->obs,
				     xs_now_ns() - r->shared->start_ns);
}

static void trace(struct run *r)
{
	const int rc = xs_trace_plant(r->shared, 0);

	if (rc < 0)
		fail(r, rc, "writing registers with ptrace");
}

static void supervise(struct run *r)
{
	const struct xs_plan *plan = &r->shared->plan;
	const uint64_t end_ns = r->shared->start_ns + (uint64_t)plan->duration_ms * 1000000;
	const int tracing = r->shared->plant.how == XS_PLANT_TRACER;
	uint64_t now_ns, watched_ns = r->shared->start_ns;

	for (uint32_t ticks = 0; !over(r); ticks++) {
		now_ns = xs_now_ns();
		if (now_ns >= end_ns)
			break;
		if (now_ns - watched_ns >= XS_WATCH_EVERY_MS * 1000000ull) {
			watched_ns = now_ns;
			watch(r);
		}
		if (ticks % PROGRESS_TICKS == 0)
			progress(r);
		if (tracing)
			trace(r);
		pause_for(r, tracing ? 1
				     : (int)((end_ns - now_ns) / 1000000 < TICK_MS
						     ? (end_ns - now_ns) / 1000000 + 1
						     : TICK_MS));
	}
	r->ending->elapsed_ns = xs_now_ns() - r->shared->start_ns;
}

/* Whether somebody has stopped a child: it will not leave. */
static int stopped(const struct run *r)
{
	for (uint32_t i = 0; i < r->children; i++)
		if (r->child[i].pid && xs_watch_stopped(r->child[i].pid))
			return 1;
	return 0;
}

/*
 * Wait for all children to leave by themselves. A worker that does not leave
 * may hang, and a short run has no other time to find out; a child may only
 * wait for a CPU. So wait for long, unless the verdict is settled.
 */
static void wait_left(struct run *r)
{
	uint64_t last_ns = xs_now_ns(), now_ns, waited_ns = 0, watched_ns = 0;
	uint64_t limit_ns = LEAVE_MS * 1000000ull;

	while (r->alive && !r->ending->hung && waited_ns < limit_ns) {
		pause_for(r, 5);
		reap(r, 1);
		now_ns = xs_now_ns();
		/* Who was stopped together with the children has not waited for them. */
		waited_ns += now_ns - last_ns < TICK_MS * 1000000u ? now_ns - last_ns
								   : TICK_MS * 1000000u;
		last_ns = now_ns;
		if (waited_ns >= STOP_MS * 1000000ull && settled(r))
			break;
		if (waited_ns - watched_ns < XS_WATCH_EVERY_MS * 1000000ull)
			continue;
		watched_ns = waited_ns;
		watch(r);
		if (stopped(r))
			limit_ns = STOP_MS * 1000000ull;
	}
}

static void kill_children(struct run *r)
{
	const uint64_t from_ns = xs_now_ns();

	for (uint32_t i = 0; i < r->children; i++)
		if (r->child[i].pid)
			kill(r->child[i].pid, SIGKILL);
	while (r->alive && xs_now_ns() - from_ns < KILL_MS * 1000000ull) {
		reap(r, 0);
		if (r->alive)
			pause_for(r, 5);
	}
}

static void end_children(struct run *r)
{
	r->shared->stop = 1;
	r->shared->started = 1;
	xs_wake(&r->shared->started);
	wait_left(r);
	/* What has to be killed proves nothing, unless it is known why. */
	if (r->alive && !r->ending->hung && !r->ending->interrupted && !r->shared->obs.records)
		fail(r, -ETIMEDOUT, "a child did not leave when it was told to");
	kill_children(r);
	for (uint32_t i = 0; i < r->children; i++) {
		const size_t used = strlen(r->ending->where);

		if (!r->child[i].pid)
			continue;
		snprintf(r->ending->where + used, sizeof(r->ending->where) - used,
			 "\nprocess %d does not die of SIGKILL", r->child[i].pid);
		fail(r, -EBUSY, "a process does not die of SIGKILL");
	}
}

static void read_kernel_log(struct run *r)
{
	const struct xs_klog_who who = { .comm = "xsavage",
					 .counters = r->shared->obs.counters,
					 .tasks = r->shared->plan.tasks };

	xs_klog_read(&r->klog, &who);
	r->ending->kernel_warned = xs_klog_warned(&r->klog.state);
	xs_klog_text(&r->klog.state, r->ending->kernel_log);
	xs_klog_close(&r->klog);
}

static void reset(struct run *r, const struct xs_plan *plan)
{
	struct xs_shared *shared = r->shared;

	shared->plan = *plan;
	shared->plant = r->options->plant;
	shared->plant_fired = shared->ready = shared->started = shared->stop = 0;
	shared->start_ns = 0;
	memset((void *)shared->slot, 0, plan->tasks * sizeof(shared->slot[0]));
	memset(shared->obs.counters, 0, plan->tasks * sizeof(shared->obs.counters[0]));
	for (uint32_t i = 0; i < XS_RECORDS_MAX; i++)
		shared->obs.record[i].complete = 0;
	shared->obs.records = 0;
}

void xs_engine_run(struct xs_arena *arena, const struct xs_plan *plan,
		   const struct xs_run_options *options, const struct xs_obs **obs,
		   struct xs_ending *ending)
{
	static const struct xs_run_options none = { 0 };
	struct run *r = calloc(1, sizeof(*r));
	const char *unreadable;

	memset(ending, 0, sizeof(*ending));
	*obs = &arena->shared->obs;
	if (!r) {
		ending->error = -ENOMEM;
		return;
	}
	r->arena = arena;
	r->shared = arena->shared;
	r->options = options ? options : &none;
	r->ending = ending;
	reset(r, plan);
	r->child = calloc(plan->tasks, sizeof(*r->child));
	ending->kernel_log_readable = !xs_klog_open(&r->klog, &unreadable);
	if (!r->child)
		fail(r, -ENOMEM, "allocating the list of children");
	else if (xs_aside_step(&r->aside, plan), !start_children(r) && !wait_ready(r))
		supervise(r);
	if (r->child)
		end_children(r);
	task_errors(r);
	ending->planted = r->shared->plant_fired != 0;
	ending->planted_iteration = r->shared->plant_iteration;
	progress(r);
	read_kernel_log(r);
	xs_aside_back(&r->aside);
	free(r->child);
	free(r);
}
