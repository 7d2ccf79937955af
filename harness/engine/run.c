// SPDX-License-Identifier: GPL-2.0-only
/* The parent's side of a run: start the children, watch them, end them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/crew.h"
#include "engine/watch.h"
#include "task/sys.h"

#define TICK_MS		50
#define PROGRESS_TICKS	2u
#define HANG_MS_DEFAULT 10000u
#define READY_MS	30000u /* for all children to be set up */
#define STOP_MS		3000u  /* for all children to leave by themselves, */
#define LEAVE_MS	35000u /* or for the watchdog to be sure of one that does not */
#define LINGER_MS	100u   /* after the first finding */
#define NS_PER_MS	1000000ull
#define LOOK_US		200u /* at children that stay, before the first sleep */
#define RUN_STEP	61u  /* of generations: prime, for whatever takes turns by them */

struct run {
	struct xs_arena *arena;
	struct xs_shared *shared;
	const struct xs_run_options *options;
	struct xs_ending *ending;
	uint64_t found_ns; /* when the first finding was seen, or 0 */
	struct xs_watch watch[XS_TASKS_MAX];
};

#define fail(r, ...) xs_ending_fail((r)->ending, __VA_ARGS__)

/* Ctrl-C, perhaps. */
static void read_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->arena->signal_fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			r->ending->interrupted = (uint8_t)info.ssi_signo;
}

/* Sleep until a signal, an event of a child, or the tick's end. */
static void pause_for(struct run *r, int ms)
{
	struct pollfd fds[] = { { .fd = r->arena->signal_fd, .events = POLLIN },
				{ .fd = r->shared->event_fd, .events = POLLIN } };
	uint64_t count;

	if (poll(fds, 2, ms) <= 0)
		return;
	if (fds[1].revents && read(r->shared->event_fd, &count, sizeof(count)) < 0 &&
	    errno != EAGAIN)
		fail(r, -errno, "reading the children's event");
	if (fds[0].revents)
		read_signals(r);
}

static int task_errors(struct run *r)
{
	const struct xs_obs *obs = &r->shared->obs;

	for (uint32_t i = 0; i < r->shared->plan.tasks; i++)
		if (obs->counters[i].error)
			return fail(r, obs->counters[i].error, "task %u: %s", i,
				    obs->counters[i].error_what);
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
	       (records && (r->shared->plant.how || r->options->brief ||
			    xs_now_ns() - r->found_ns >= LINGER_MS * NS_PER_MS));
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
	xs_crew_reap(r->arena, r->ending);
	return settled(r) || xs_crew_workers_left(r->arena);
}

/*
 * Whether a task has to get on by now: a worker always, all that holds registers
 * or changes what others hold once it has been told to stop. Senders and
 * resolvers wait for their workers.
 */
static bool has_to_move(const struct run *r, uint32_t task)
{
	const uint8_t role = r->shared->plan.task[task].role;

	return role == XS_ROLE_WORKER || (role == XS_ROLE_PRESSURE && r->shared->stop);
}

/* Look at every task: whether one hangs. */
static void watch(struct run *r)
{
	const uint32_t limit_ms = r->options->hang_ms ? r->options->hang_ms : HANG_MS_DEFAULT;

	for (uint32_t i = 0; i < r->shared->plan.tasks; i++) {
		const struct xs_counters *c = &r->shared->obs.counters[i];

		if (!has_to_move(r, i) || !xs_watch_hangs(&r->watch[i], c, limit_ms))
			continue;
		r->ending->hung = 1;
		r->ending->hung_task = i;
		xs_watch_where(r->ending->where, sizeof(r->ending->where), c->pid, c->tid);
		break;
	}
}

/*
 * Children that stay are quick: a look at memory may see a short case through
 * before a sleep would have begun. Not where one of them needs this CPU.
 */
static void look(struct run *r)
{
	const uint64_t from = xs_rdtsc(), ticks = LOOK_US * r->shared->ticks_per_us;

	if (!r->shared->stay || !r->arena->aside.alone)
		return;
	while (!xs_crew_workers_left(r->arena) && xs_rdtsc() - from < ticks) {
		xs_pause();
		xs_crew_left(r->arena);
	}
}

/* Time that was waited; who is stopped together with the children has not waited for them. */
struct waiting {
	uint64_t last_ns, waited_ns, watched_ns;
};

/* Add what has passed; whether it is time to look at the workers. */
static bool look_at_clock(struct waiting *w)
{
	const uint64_t now_ns = xs_now_ns(), passed_ns = now_ns - w->last_ns;

	w->waited_ns += passed_ns < XS_WATCH_EVERY_MS * NS_PER_MS ? passed_ns : TICK_MS * NS_PER_MS;
	w->last_ns = now_ns;
	if (w->waited_ns - w->watched_ns < XS_WATCH_EVERY_MS * NS_PER_MS)
		return false;
	w->watched_ns = w->waited_ns;
	return true;
}

static int wait_ready(struct run *r)
{
	struct waiting w = { .last_ns = xs_now_ns() };

	/* Children that give up "start" the run, too, so that nobody sleeps: not its time. */
	while (!r->shared->start_ns) {
		pause_for(r, TICK_MS);
		if (over(r) && !r->shared->start_ns)
			return -ECANCELED;
		/* They take signals before they are ready, to see where frames go. */
		if (look_at_clock(&w))
			watch(r);
		if (w.waited_ns > READY_MS * NS_PER_MS)
			return fail(r, -ETIMEDOUT, "the children were not ready within 30 s");
	}
	return 0;
}

static void progress(struct run *r)
{
	const uint64_t start_ns = r->shared->start_ns;

	if (r->options->progress)
		r->options->progress(r->options->progress_arg, &r->shared->plan, &r->shared->obs,
				     start_ns ? xs_now_ns() - start_ns : 0);
}

/* Whether a run has seen enough before its time is over. After a finding more is to follow. */
static bool enough(const struct run *r, uint64_t now_ns)
{
	const struct xs_run_options *o = r->options;
	const uint64_t elapsed_ns = now_ns - r->shared->start_ns;

	return o->enough && !r->shared->obs.records && elapsed_ns >= o->least_ms * NS_PER_MS &&
	       o->enough(&r->shared->plan, &r->shared->obs, elapsed_ns);
}

/*
 * How long to sleep at most: until it may be enough, or the run's end. A run that takes long to
 * be enough is not woken more often than others: that disturbs CPUs, too.
 */
static int tick_ms(const struct run *r, uint64_t now_ns)
{
	const uint64_t duration_ms = r->shared->plan.duration_ms;
	const uint64_t passed_ms = (now_ns - r->shared->start_ns) / NS_PER_MS;
	const uint64_t least_ms = r->options->enough ? r->options->least_ms : duration_ms;
	const uint64_t ms = passed_ms < least_ms ? least_ms - passed_ms : least_ms / 2;

	if (r->shared->plant.how == XS_PLANT_TRACER)
		return 1;
	return (int)(ms < TICK_MS ? ms + 1 : TICK_MS);
}

static void supervise(struct run *r)
{
	const struct xs_plan *plan = &r->shared->plan;
	const uint64_t start_ns = r->shared->start_ns;
	const uint64_t end_ns = start_ns + plan->duration_ms * NS_PER_MS;
	const bool tracing = r->shared->plant.how == XS_PLANT_TRACER;
	uint64_t now_ns, watched_ns = start_ns;

	for (uint32_t ticks = 0; !over(r) && (now_ns = xs_now_ns()) < end_ns; ticks++) {
		int rc;

		if (enough(r, now_ns))
			break;

		if (now_ns - watched_ns >= XS_WATCH_EVERY_MS * NS_PER_MS) {
			watched_ns = now_ns;
			watch(r);
		}
		if (ticks % PROGRESS_TICKS == 0)
			progress(r);
		rc = tracing ? xs_trace_plant(r->shared, 0) : 0;
		if (rc < 0)
			fail(r, rc, "writing registers with ptrace");
		pause_for(r, tick_ms(r, now_ns));
	}
	r->ending->elapsed_ns = xs_now_ns() - start_ns;
}

/*
 * Wait for all children to leave by themselves. A worker that does not leave
 * may hang, and a short run has no other time to find out; a child may only
 * wait for a CPU. So wait for long, unless the verdict is settled.
 */
static void wait_left(struct run *r)
{
	struct waiting w = { .last_ns = xs_now_ns() };
	uint64_t limit_ns = LEAVE_MS * NS_PER_MS;

	while (!xs_crew_left(r->arena) && !r->ending->hung && w.waited_ns < limit_ns) {
		bool due;

		pause_for(r, 5);
		xs_crew_reap(r->arena, r->ending);
		due = look_at_clock(&w);
		if (w.waited_ns >= STOP_MS * NS_PER_MS && settled(r))
			break;
		if (!due)
			continue;
		watch(r);
		if (xs_crew_stopped(r->arena))
			limit_ns = STOP_MS * NS_PER_MS;
	}
}

/* What SIGKILL does not end hangs in the kernel, whatever else has gone wrong. */
static void note_immortal(struct run *r, const struct xs_child *immortal)
{
	struct xs_ending *ending = r->ending;
	size_t used;

	ending->immortal = immortal->pid;
	if (immortal->starves || xs_watch_stopped(immortal->pid)) {
		fail(r, -EBUSY, "a process that is frozen, or gets no CPU, does not end");
		return;
	}
	if (!ending->hung) {
		ending->hung = 1;
		ending->hung_task = immortal->task;
		xs_watch_where(ending->where, sizeof(ending->where), immortal->pid, immortal->pid);
	}
	used = strlen(ending->where);
	snprintf(ending->where + used, sizeof(ending->where) - used,
		 "\nprocess %d does not die of SIGKILL", immortal->pid);
}

/* Nobody is left but those that may stay: after a run with nothing wrong in it. */
static void end_children(struct run *r)
{
	const struct xs_obs *obs = &r->shared->obs;
	struct xs_child immortal = { 0 };

	xs_run_stop(r->shared);
	wait_left(r);
	/* What has to be killed proves nothing, unless it is known why. */
	if (!xs_crew_left(r->arena) && !r->ending->hung && !r->ending->interrupted && !obs->records)
		fail(r, -ETIMEDOUT, "a child did not leave when it was told to");
	/* A finding of the last moment too, which nothing was to follow. */
	if (!r->shared->stay || obs->records || settled(r))
		immortal = xs_crew_dismiss(r->arena, r->ending->hung);
	if (immortal.pid)
		note_immortal(r, &immortal);
}

static void read_kernel_log(struct run *r)
{
	struct xs_klog *klog = &r->arena->klog;
	const struct xs_klog_who who = { .comm = "xsavage",
					 .counters = r->shared->obs.counters,
					 .tasks = r->shared->plan.tasks };

	xs_klog_read(klog, &who);
	r->ending->kernel_log_readable = klog->fd >= 0;
	r->ending->kernel_warned = xs_klog_warned(&klog->state);
	xs_klog_text(&klog->state, r->ending->kernel_log);
}

static void reset(struct run *r, const struct xs_plan *plan)
{
	struct xs_shared *shared = r->shared;

	/* A plan ends with its last task. */
	memcpy(&shared->plan, plan,
	       offsetof(struct xs_plan, task) + plan->tasks * sizeof(plan->task[0]));
	shared->plant = r->options->plant;
	shared->plant_fired = shared->ready = shared->started = shared->stop = shared->finished = 0;
	shared->start_ns = 0;
	/* Short runs that follow each other are to differ in their values and in their turns. */
	shared->generation = 1 + (r->options->stay ? r->arena->runs * RUN_STEP : 0);
	shared->generation &= XS_GENERATION_MASK;
	shared->observe = r->options->observe;
	shared->mitigation = r->options->mitigation;
	shared->mitigated = r->options->mitigated;
	if (shared->observe)
		memset(&shared->behaviour, 0, sizeof(shared->behaviour));
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
	uint64_t begin_ns;
	int rc;

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
	xs_crew_change(arena, r->options->stay);
	xs_klog_begin(&arena->klog);
	/* Short runs follow each other too fast to ask each time. */
	if (!r->shared->stay)
		arena->refused = xs_memory_refused();
	xs_aside_step(&arena->aside, plan);
	begin_ns = xs_now_ns();
	rc = xs_crew_start(arena, ending);
	if (rc)
		fail(r, rc, "creating a process");
	else if (look(r), !wait_ready(r))
		supervise(r);
	/* Short runs follow each other without a sleep in which it would be noticed. */
	if (r->shared->stay)
		read_signals(r);
	end_children(r);
	task_errors(r);
	ending->planted = r->shared->plant_fired != 0;
	ending->planted_iteration = r->shared->plant_iteration;
	ending->planted_ns = r->shared->plant_ns;
	ending->started_ns = r->shared->start_ns;
	ending->wall_ns = xs_now_ns() - begin_ns;
	ending->memory_refused = r->shared->obs.records && xs_memory_refused() > arena->refused;
	progress(r);
	read_kernel_log(r);
	if (!r->shared->stay)
		xs_aside_back(&arena->aside);
	free(r);
}
