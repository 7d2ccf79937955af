// SPDX-License-Identifier: GPL-2.0-only
/* hotplug: takes a CPU offline and online again and again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure/guardian.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/sys.h"

#define ASLEEP_US   2000u
#define NUMBERS_MAX 1024
#define LOOK_US	    100u
#define BACK_US	    10000u
#define BACK_TRIES  6000u /* a minute: a suspend may be at it */

static const char failed[] = "its sleeping child failed";

/* Open the switch of a CPU, for writing: a descriptor, or -errno. */
static int open_switch(int32_t cpu)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int supported(char *why)
{
	int rc = -ENOENT;

	/* CPU 0 often has no switch. */
	for (int32_t cpu = 0; cpu < NUMBERS_MAX && rc == -ENOENT; cpu++)
		rc = open_switch(cpu);
	if (rc >= 0) {
		close(rc);
		return 0;
	}
	return xs_why(rc, why,
		      "no CPU can be taken offline (/sys/devices/system/cpu/cpuN/online): %s",
		      strerror(-rc));
}

/*
 * Of the plan's CPUs that have a switch the one that fewest tasks are pinned
 * to. They were online when the plan was made; another task of this kind may
 * have chosen the same, which does no harm.
 */
static int choose(const struct xs_plan *plan, int32_t *chosen)
{
	uint32_t fewest = UINT32_MAX;
	int best = -ENODEV;

	for (uint32_t i = 0; i < plan->cpus; i++) {
		const uint32_t tasks = xs_tasks_pinned(plan, plan->cpu[i]);
		const int fd = tasks < fewest ? open_switch(plan->cpu[i]) : -EBUSY;

		if (fd < 0)
			continue;
		if (best >= 0)
			close(best);
		best = fd;
		fewest = tasks;
		*chosen = plan->cpu[i];
	}
	return best;
}

/* Write '0' or '1': 0 or -errno. */
static int turn(int fd, char to)
{
	long rc;

	do
		rc = xs_syscall6(SYS_pwrite64, fd, (long)&to, 1, 0, 0, 0);
	while (rc == -EINTR);
	return rc < 0 ? (int)rc : 0;
}

/* A suspend, or another task of this kind, may be at it; the last CPU cannot go. */
static bool refused(int rc)
{
	return rc == -EBUSY || rc == -EAGAIN;
}

/* However the run ends, the CPU is online afterwards. */
static int bring_back(int fd)
{
	int rc = turn(fd, '1');

	for (uint32_t n = 0; rc && n < BACK_TRIES; n++) {
		xs_sleep_us(BACK_US);
		rc = turn(fd, '1');
	}
	return rc;
}

static int undo(void *arg)
{
	return bring_back(*(const int *)arg);
}

/*
 * The kernel moves a task away whose only CPU goes, and lets it run anywhere
 * from then on: put it back where the plan has it. It may be gone.
 */
static void pin_again(const struct xs_task *t, int32_t cpu)
{
	const struct xs_plan *plan = &t->shared->plan;
	const struct xs_counters *counters = t->shared->obs.counters;

	for (uint32_t i = 0; i < plan->tasks; i++)
		if (i != t->index && plan->task[i].cpu == cpu && xs_is_there(&counters[i]))
			xs_pin(counters[i].tid, cpu);
}

/*
 * A child that holds registers on that CPU, asleep, while it goes and comes:
 * what it finds afterwards is not what the CPU has left of them.
 */
struct sleeper {
	bool opened;
	int32_t cpu;
	int pipe[2]; /* a byte, when the CPU went and came: one more window is proved */
	pid_t pid;
	uint32_t last; /* sequence of the window that it last held the CPU's registers in */
};

struct own {
	bool guarded;
	struct xs_guardian guardian; /* its .fd is the CPU's switch */
	struct sleeper sleeper;
};

static int sleeper_main(struct xs_task *t, const struct sleeper *s)
{
	struct xs_level *l = t->level;
	volatile uint8_t *went = (void *)(uintptr_t)l->window.args[1];
	int bad;

	while (!xs_task_stopping(t)) {
		/* It may be offline for the moment: another task of this kind. */
		if (xs_pin(0, s->cpu)) {
			xs_sleep_us(LOOK_US);
			continue;
		}
		*went = 0;
		xs_vector_next(t);
		bad = xs_window_run(&l->window);
		if (l->window.result < 0)
			return 1;
		/* The run's end has woken it: a window like any other, which proves nothing. */
		if (*went || bad)
			xs_vector_prove(t, l, XS_LEG_RETURN, bad);
		if (!*went)
			break;
	}
	return 0;
}

static int open_sleeper(struct xs_task *t, struct sleeper *s)
{
	struct xs_window *window = &t->level->window;

	if (pipe2(s->pipe, O_CLOEXEC))
		return xs_task_fail(t, -errno, "making a pipe to its sleeping child");
	window->hold_syscall = SYS_read;
	window->args[0] = (uint64_t)s->pipe[0];
	window->args[1] = (uintptr_t)t->level->entry;
	window->args[2] = 1;
	window->hold_ticks = 0;
	s->pid = xs_offspring_fork();
	if (!s->pid) {
		close(s->pipe[1]);
		xs_exit(sleeper_main(t, s));
	}
	s->opened = s->pid > 0;
	if (s->opened)
		return 0;
	close(s->pipe[0]);
	close(s->pipe[1]);
	return xs_task_fail(t, s->pid, "forking its sleeping child");
}

/* Whether it lives; its death ends the run: 0 or -errno. */
static int look_after(struct xs_task *t, struct sleeper *s)
{
	int status = 0;
	const long rc = xs_syscall6(SYS_wait4, s->pid, (long)&status, WNOHANG, 0, 0, 0);

	if (!rc)
		return 0;
	s->pid = 0;
	if (rc > 0 && xs_offspring_judge(t, status, failed))
		return -ECHILD;
	/* It leaves by itself when the run is over. */
	return xs_task_stopping(t) ? 0 : xs_task_fail(t, -ECHILD, failed);
}

static void close_sleeper(struct xs_task *t, struct sleeper *s)
{
	close(s->pipe[1]);
	if (s->pid)
		xs_offspring_reap(t, s->pid, failed);
	close(s->pipe[0]);
}

/* Wait until it is in its next window, and give it time to fall asleep there. */
static int await_asleep(struct xs_task *t, struct sleeper *s)
{
	int rc = 0;

	while (!rc && !xs_task_stopping(t)) {
		const uint32_t inside = t->slot->inside;

		if (inside && inside != s->last) {
			s->last = inside;
			xs_sleep_us(ASLEEP_US);
			break;
		}
		xs_sleep_us(LOOK_US);
		rc = look_after(t, s);
	}
	return rc;
}

/* Whether the switch says that the CPU is offline: what was written says less. */
static bool is_offline(int fd)
{
	char state = '?';

	return xs_syscall6(SYS_pread64, fd, (long)&state, 1, 0, 0, 0) == 1 && state == '0';
}

static int step(struct xs_task *t)
{
	const char went = 1;
	struct own *own = t->own;
	struct sleeper *s = &own->sleeper;
	const int fd = own->guardian.fd;
	bool offline;
	int rc;

	if (xs_guardian_lost(&own->guardian))
		return xs_task_fail(t, -ECHILD, "the guardian of its CPU was killed");
	rc = look_after(t, s);
	if (rc)
		return rc;
	rc = turn(fd, '0');
	if (refused(rc))
		return 0;
	if (rc)
		return xs_task_fail(t, rc, "taking a CPU offline");
	offline = is_offline(fd);
	xs_rest_until_stop(t, xs_pressure_rest_us(t));
	rc = bring_back(fd);
	if (rc)
		return xs_task_fail(t, rc, "taking its CPU online again");
	pin_again(t, s->cpu);
	if (!offline || xs_syscall3(SYS_write, s->pipe[1], (long)&went, 1) != 1)
		return 0;
	t->count->iterations++;
	return await_asleep(t, s);
}

static int begin(struct xs_task *t)
{
	struct own *own = t->own;
	struct xs_guardian *g = &own->guardian;
	struct sleeper *s = &own->sleeper;
	int32_t other;
	int rc;

	g->fd = choose(&t->shared->plan, &s->cpu);
	if (g->fd < 0)
		return xs_task_fail(t, g->fd, "finding a CPU to take offline");
	other = xs_quietest_cpu(&t->shared->plan, s->cpu, -1);
	if (other >= 0 && (t->plan->cpu < 0 || t->plan->cpu == s->cpu))
		xs_pin(0, other);
	g->undo = undo;
	g->arg = &g->fd;
	rc = xs_guardian_start(g);
	if (rc)
		return xs_task_fail(t, rc, "making the guardian of its CPU");
	own->guarded = true;
	rc = open_sleeper(t, s);
	return rc ? rc : await_asleep(t, s);
}

static void end(struct xs_task *t)
{
	struct own *own = t->own;
	int rc;

	if (own->sleeper.opened)
		close_sleeper(t, &own->sleeper);
	rc = own->guarded ? xs_guardian_end(&own->guardian) : 0;
	if (rc && !t->count->error)
		xs_task_fail(t, rc, "taking its CPU online again");
}

const struct xs_pressure xs_pressure_hotplug = {
	.entry = {
		.name = "hotplug",
		.summary = "takes a CPU offline and online again, period_us each (0: 10000)",
		.flags = XS_PRESSURE_ASKS | XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR |
			 XS_PRESSURE_SLOW,
		.supported = supported,
	},
	.period_us = 10000,
	.own_bytes = sizeof(struct own),
	.shared = true,
	.begin = begin,
	.step = step,
	.close = end,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "it takes a CPU offline, which somebody has to undo whoever is killed"
#endif
