// SPDX-License-Identifier: GPL-2.0-only
/* hotplug: takes a CPU offline and online again and again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case/case.h"
#include "engine/sys.h"
#include "engine/vector.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"

#define PERIOD_DEFAULT_US 10000u
#define ASLEEP_US	  2000u
#define NUMBERS_MAX	  1024
#define BACK_TRIES	  100u /* of 10 ms */

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
	if (why)
		snprintf(why, XS_WHY_BYTES,
			 "no CPU can be taken offline (/sys/devices/system/cpu/cpuN/online): %s",
			 strerror(-rc));
	return rc;
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
static bool passes(int rc)
{
	return rc == 0 || rc == -EBUSY || rc == -EAGAIN;
}

/*
 * The kernel moves a task away whose only CPU goes, and lets it run anywhere
 * from then on: put it back where the plan has it. It may be gone.
 */
static void pin_again(const struct xs_task *t, int32_t cpu)
{
	const struct xs_plan *plan = &t->shared->plan;

	for (uint32_t i = 0; i < plan->tasks; i++)
		if (i != t->index && plan->task[i].cpu == cpu && t->shared->obs.counters[i].tid)
			xs_pin(t->shared->obs.counters[i].tid, cpu);
}

/*
 * A child that holds registers on that CPU, asleep, while it goes and comes:
 * what it finds afterwards is not what the CPU has left of them.
 */
struct sleeper {
	struct xs_level *level; /* shared */
	int pipe[2];
	pid_t pid;
	volatile uint32_t *asleep;
};

static void sleeper_main(struct xs_task *t, struct sleeper *s, int32_t cpu)
{
	struct xs_level *l = s->level;

	close(s->pipe[1]);
	while (!xs_task_stopping(t)) {
		if (xs_pin(0, cpu))
			xs_sleep_us(1000);
		xs_vector_next(t, l);
		xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&l->window));
		if (!*(uint8_t *)l->window.args[1])
			break;
		*(uint8_t *)l->window.args[1] = 0;
	}
	xs_offspring_exit(0);
}

static int open_sleeper(struct xs_task *t, struct sleeper *s, int32_t cpu)
{
	s->level = xs_vector_open(t, MAP_SHARED);
	if (!s->level || pipe(s->pipe))
		return -ENOMEM;
	s->level->window.hold_syscall = SYS_read;
	s->level->window.args[0] = (uint64_t)s->pipe[0];
	s->level->window.args[1] = (uintptr_t)s->level->entry;
	s->level->window.args[2] = 1;
	s->level->window.hold_ticks = 0;
	s->pid = xs_offspring_fork();
	if (!s->pid)
		sleeper_main(t, s, cpu);
	return s->pid < 0 ? (int)s->pid : 0;
}

static void close_sleeper(struct xs_task *t, struct sleeper *s)
{
	close(s->pipe[1]);
	xs_offspring_reap(t, s->pid, "its sleeping child failed");
	close(s->pipe[0]);
}

static int rounds(struct xs_task *t, int fd, int32_t cpu, pid_t parent)
{
	struct sleeper s;
	const char go = 1;
	const uint32_t period_us = t->plan->period_us ? t->plan->period_us : PERIOD_DEFAULT_US;
	int rc = open_sleeper(t, &s, cpu);

	while (passes(rc) && !xs_over(t, parent)) {
		/* Time to load its registers, and to go to sleep. */
		xs_sleep_us(ASLEEP_US);
		rc = turn(fd, '0');
		if (!passes(rc))
			break;
		xs_rest_until_over(t, parent, period_us);
		rc = turn(fd, '1');
		pin_again(t, cpu);
		xs_syscall3(SYS_write, s.pipe[1], (long)&go, 1);
		t->count->iterations++;
		xs_rest_until_over(t, parent, period_us);
	}
	close_sleeper(t, &s);
	return rc;
}

/* However the run ends, the CPU is online afterwards. */
static int bring_back(int fd)
{
	int rc = turn(fd, '1');

	for (uint32_t n = 0; rc && n < BACK_TRIES; n++) {
		xs_sleep_us(XS_ORPHAN_US);
		rc = turn(fd, '1');
	}
	return rc;
}

static int run(struct xs_task *t)
{
	int32_t cpu = -1, other;
	pid_t parent;
	int fd, rc;

	rc = xs_task_begin(t);
	if (rc < 0)
		return rc;
	parent = xs_survive();
	fd = choose(&t->shared->plan, &cpu);
	if (fd < 0)
		return xs_task_fail(t, fd, "finding a CPU to take offline");
	other = xs_quietest_cpu(&t->shared->plan, cpu, -1);
	if (other >= 0 && (t->plan->cpu < 0 || t->plan->cpu == cpu))
		xs_pin(0, other);
	rc = rounds(t, fd, cpu, parent);
	if (!passes(rc))
		xs_task_fail(t, rc, "taking a CPU offline and online");
	rc = bring_back(fd);
	if (rc)
		xs_task_fail(t, rc, "taking its CPU online again");
	close(fd);
	xs_task_usage(t);
	return rc;
}

const struct xs_pressure xs_pressure_hotplug = {
	.name = "hotplug",
	.summary = "takes a CPU offline and online again, period_us each (0: 10000)",
	.process = true,
	.vector = true,
	.allow = "hotplug",
	.supported = supported,
	.run = run,
};
