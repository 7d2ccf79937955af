// SPDX-License-Identifier: GPL-2.0-only
/* The parent's side of a run: start the children, watch them, end them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/arena.h"
#include "engine/sys.h"
#include "pressure/pressure.h"

#define TICK_MS 50
#define PROGRESS_TICKS 2u
#define HANG_MS_DEFAULT 10000u
#define READY_MS 30000u /* for all children to be set up */
#define STOP_MS 3000u	/* for all children to leave by themselves */
#define LINGER_MS 100u	/* after the first finding */
#define KILL_MS 3000u	/* for all children to die */
/* A sleeping thread may wait for a starved helper: give it longer. */
#define HANG_ASLEEP_FACTOR 3u

struct run {
	struct xs_arena *arena;
	struct xs_shared *shared;
	const struct xs_run_options *options;
	struct xs_ending *ending;
	struct xs_child *child; /* [0]: the workers' process */
	uint32_t children, alive;
	struct xs_klog klog;
	uint64_t found_ns; /* when the first finding was seen, or 0 */
	uint64_t old_affinity[XS_PLAN_CPUS_MAX / 64];
	int moved; /* the parent runs elsewhere than before */
	/* The watchdog's view of each worker. */
	struct watch {
		uint64_t iterations, cpu_ticks;
		uint32_t idle_ms;
	} watch[XS_WORKERS_MAX];
};

/* What the parent arranged for itself must not reach the children. */
static void become_child(const struct run *r, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* Ctrl-C reaches the whole group: the parent ends the run in order. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(r->arena->signal_fd);
}

static void child_main(struct run *r, uint32_t n)
{
	struct xs_task task;

	if (!n) {
		xs_host_main(r->shared);
		return;
	}
	xs_task_init(&task, r->shared, r->child[n].task);
	xs_pressures[task.plan->kind]->run(&task);
}

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
	const pid_t parent = getpid();
	const uint32_t n = r->children;
	pid_t pid;

	r->child[n].task = task;
	pid = fork();
	if (pid < 0)
		return fail(r, -errno, "creating a process");
	if (!pid) {
		become_child(r, parent);
		child_main(r, n);
		_exit(0);
	}
	r->child[n].pid = pid;
	r->children++;
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

/* A signal that someone sent, as opposed to one that the kernel raised for cause. */
static int sent_from_outside(int signo)
{
	return signo == SIGKILL || signo == SIGTERM || signo == SIGINT || signo == SIGHUP ||
	       signo == SIGQUIT || signo == SIGPIPE || signo == SIGALRM;
}

static void child_ended(struct run *r, const struct xs_child *c, int status)
{
	const int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (!signo || r->ending->interrupted)
		return;
	if (sent_from_outside(signo)) {
		fail(r, -ECHILD,
		     "a child was killed from outside (the OOM killer, or a person): "
		     "the run proves nothing");
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
	if (fds[1].revents && read(r->shared->event_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
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
	       (records && (r->shared->plant.how ||
			    xs_now_ns() - r->found_ns >= LINGER_MS * 1000000ull));
}

/* Whether anything has happened that ends the run before its time. */
static int over(struct run *r)
{
	reap(r, 1);
	return found(r) || r->ending->interrupted || r->ending->died_signal ||
	       task_errors(r) || r->ending->error || r->ending->hung || !r->child[0].pid;
}

static int wait_ready(struct run *r)
{
	for (uint32_t ms = 0; r->shared->ready < r->shared->plan.tasks; ms += TICK_MS) {
		pause_for(r, TICK_MS);
		if (over(r))
			return -ECANCELED;
		if (ms > READY_MS)
			return fail(r, -ETIMEDOUT, "the children were not ready within 30 s");
	}
	r->shared->start_ns = xs_now_ns();
	r->shared->started = 1;
	xs_wake(&r->shared->started);
	return 0;
}

/*
 * A worker that makes no progress hangs if it has burnt CPU time all the while
 * or has slept for longer than any helper can be starved. One that got no CPU
 * time on a loaded machine does not.
 */
static void watch(struct run *r, uint32_t ms)
{
	const uint32_t limit = r->options->hang_ms ? r->options->hang_ms : HANG_MS_DEFAULT;
	const long ticks_per_s = sysconf(_SC_CLK_TCK);

	for (uint32_t i = 0; i < r->shared->plan.workers; i++) {
		const struct xs_counters *c = &r->shared->obs.counters[i];
		struct watch *w = &r->watch[i];
		uint64_t burnt;
		char state;

		if (c->iterations != w->iterations || !w->idle_ms) {
			w->iterations = c->iterations;
			w->cpu_ticks = xs_thread_cpu_ticks(c->pid, c->tid, &state);
			w->idle_ms = ms;
			continue;
		}
		w->idle_ms += ms;
		if (w->idle_ms < limit)
			continue;
		burnt = (xs_thread_cpu_ticks(c->pid, c->tid, &state) - w->cpu_ticks) * 1000 /
			(uint64_t)ticks_per_s;
		if (burnt < limit / 4 &&
		    ((state != 'S' && state != 'D') || w->idle_ms < limit * HANG_ASLEEP_FACTOR))
			continue;
		r->ending->hung = 1;
		r->ending->hung_task = i;
		xs_where(r->ending->where, sizeof(r->ending->where), c->pid, c->tid);
	}
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
		if (now_ns - watched_ns >= 1000000000) {
			/* Count a second at most: the machine may have been suspended. */
			watched_ns = now_ns;
			watch(r, 1000);
		}
		if (ticks % PROGRESS_TICKS == 0)
			progress(r);
		if (tracing)
			trace(r);
		pause_for(r, tracing ? 1 :
				       (int)((end_ns - now_ns) / 1000000 < TICK_MS ?
						     (end_ns - now_ns) / 1000000 + 1 :
						     TICK_MS));
	}
	r->ending->elapsed_ns = xs_now_ns() - r->shared->start_ns;
}

static void wait_children(struct run *r, uint32_t limit_ms, int report)
{
	const uint64_t from = xs_now_ns();

	while (r->alive && xs_now_ns() - from < (uint64_t)limit_ms * 1000000) {
		reap(r, report);
		if (r->alive)
			pause_for(r, 5);
	}
}

static void end_children(struct run *r)
{
	r->shared->stop = 1;
	r->shared->started = 1;
	xs_wake(&r->shared->started);
	/* A hung worker will not leave, and what dies now has been reported. */
	if (!r->ending->hung)
		wait_children(r, STOP_MS, 1);
	for (uint32_t i = 0; i < r->children; i++)
		if (r->child[i].pid)
			kill(r->child[i].pid, SIGKILL);
	wait_children(r, KILL_MS, 0);
	for (uint32_t i = 0; i < r->children; i++) {
		const size_t used = strlen(r->ending->where);

		if (r->child[i].pid)
			snprintf(r->ending->where + used, sizeof(r->ending->where) - used,
				 "\nprocess %d does not die of SIGKILL", r->child[i].pid);
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

/* How many tasks of the plan are pinned to @cpu; a worker counts most. */
static uint32_t load_of(const struct xs_plan *plan, uint32_t cpu)
{
	uint32_t load = 0;

	for (uint32_t i = 0; i < plan->tasks; i++)
		if (plan->task[i].cpu == (int32_t)cpu)
			load += plan->task[i].role == XS_ROLE_WORKER ? XS_TASKS_MAX : 1;
	return load;
}

/*
 * Supervise from the quietest CPU: the parent's own wake-ups would disturb
 * the CPUs that some bugs need undisturbed.
 */
static void step_aside(struct run *r)
{
	const struct xs_plan *plan = &r->shared->plan;
	uint64_t set[XS_PLAN_CPUS_MAX / 64] = { 0 };
	uint32_t best = 0;

	for (uint32_t i = 1; i < plan->cpus; i++)
		if (load_of(plan, plan->cpu[i]) < load_of(plan, plan->cpu[best]))
			best = i;
	if (xs_syscall3(SYS_sched_getaffinity, 0, sizeof(r->old_affinity), (long)r->old_affinity) < 0)
		return;
	set[plan->cpu[best] / 64] |= 1ull << (plan->cpu[best] % 64);
	r->moved = !xs_syscall3(SYS_sched_setaffinity, 0, sizeof(set), (long)set);
}

static void step_back(struct run *r)
{
	if (r->moved)
		xs_syscall3(SYS_sched_setaffinity, 0, sizeof(r->old_affinity),
			    (long)r->old_affinity);
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
	else if (step_aside(r), !start_children(r) && !wait_ready(r))
		supervise(r);
	if (r->child)
		end_children(r);
	task_errors(r);
	ending->planted = r->shared->plant_fired != 0;
	ending->planted_iteration = r->shared->plant_iteration;
	progress(r);
	read_kernel_log(r);
	step_back(r);
	free(r->child);
	free(r);
}
