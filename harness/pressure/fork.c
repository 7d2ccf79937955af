// SPDX-License-Identifier: GPL-2.0-only
/* fork: a process that forks while it holds registers; parent and child prove them. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/shadowed.h"
#include "pressure/vector.h"
#include "task/shadow.h"
#include "task/sys.h"

#define FLAGS	      (CLONE_PARENT_SETTID | SIGCHLD)
#define BALLAST_PAGES 1024u /* a mapping each */
#define ROUNDS	      4u    /* in turn: plain, with nothing in use, and two with the ballast */
#define BEGINNINGS    8u    /* of runs that follow each other */
#define SLICE_US      4000u /* a scheduler's time slice, or more */
#define PAGE_BYTES    4096ul

struct own {
	volatile pid_t child;
	uint32_t rounds;
	uint8_t *ballast;
};

/*
 * Mappings that only some of the children get. fork() copies them before it
 * comes to the registers: long enough for another task to have the CPU, and its
 * own registers in there, in between.
 */
static int load_up(struct xs_task *t)
{
	struct own *own = t->own;
	uint8_t *ballast = mmap(NULL, BALLAST_PAGES * PAGE_BYTES, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (ballast == MAP_FAILED)
		return xs_task_fail(t, -errno, "mapping what its children copy");
	own->ballast = ballast;
	/* Every second one with other permissions: they do not merge. */
	for (size_t i = 0; i < BALLAST_PAGES; i += 2)
		mprotect(ballast + i * PAGE_BYTES, PAGE_BYTES, PROT_READ);
	return 0;
}

/* A child with it, or without; a short run never comes to need it. */
static int take_along(struct xs_task *t, bool loaded)
{
	const struct own *own = t->own;
	const int rc = loaded && !own->ballast ? load_up(t) : 0;

	if (own->ballast)
		xs_syscall3(SYS_madvise, (long)own->ballast, BALLAST_PAGES * PAGE_BYTES,
			    loaded ? MADV_DOFORK : MADV_DONTFORK);
	return rc;
}

/*
 * Who has slept begins with a whole time slice, and has the CPU to itself until
 * its fork is done. Some part of the slice is used up first: now and then what
 * is left of it ends within the fork.
 */
static void use_up(const struct xs_task *t)
{
	const uint64_t us = (xs_rdtsc() >> 4) % SLICE_US;

	for (uint64_t end = xs_rdtsc() + us * t->shared->ticks_per_us; xs_rdtsc() < end;)
		__builtin_ia32_pause();
}

/*
 * Now and then it forks with nothing in use. What it held before that, when it last
 * gave up the CPU, is in the kernel's copy of its state, and must not be the child's.
 */
static void rest(struct xs_task *t, bool idle)
{
	const uint32_t registers = idle ? 0 : t->plan->registers;

	if (t->shared->cpu.features & XS_CPU_XSAVE && t->level->loaded != registers)
		xs_level_hold(t->level, t, registers);
}

/*
 * One round. The window's system call is the fork: both sides come out of it
 * with the registers that the kernel gave them, and go on to the same check,
 * each with its own copy of the memory.
 */
static int make_child(struct xs_task *t)
{
	struct xs_level *l = t->level;
	struct own *own = t->own;
	const uint32_t round = own->rounds++ % ROUNDS;
	const bool loaded = round >= 2;
	uint64_t ssp;
	int bad, rc = take_along(t, loaded);

	if (rc)
		return rc;
	if (loaded)
		use_up(t);
	own->child = 0;
	rest(t, round == 1);
	xs_vector_next(t);
	ssp = xs_shadowed_lower(t);
	bad = xs_window_run(&l->window);
	if (xs_syscall3(SYS_getpid, 0, 0, 0) != t->count->pid) {
		xs_vector_prove(t, l, XS_LEG_FORK, bad);
		xs_shadowed_prove(t, l, ssp, l->window.ssp_left);
		/* Its own copy, of which its parent is to see nothing. */
		xs_exit(ssp ? -(int)xs_shadow_write((uint64_t *)ssp, 0) : 0);
	}
	xs_vector_prove(t, l, XS_LEG_RETURN, bad);
	if (!own->child)
		return xs_task_fail(t, l->window.result < 0 ? l->window.result : -EPROTO,
				    "forking in its window");
	rc = xs_offspring_reap(t, own->child, "its forked child failed");
	xs_shadowed_prove(t, l, ssp, l->window.ssp_left);
	t->count->iterations++;
	return rc;
}

static int step(struct xs_task *t)
{
	const struct own *own = t->own;

	return xs_shadowed_step(t, own->rounds / ROUNDS % 2, make_child);
}

static int open_fork(struct xs_task *t)
{
	/* Of short runs that come to one round a quarter begins with the ballast. */
	static const uint8_t first[BEGINNINGS] = { 1, 0, 1, 2, 0, 1, 3, 0 };
	const uint32_t generation = t->shared->generation;
	struct own *own = t->own;

	own->rounds = first[generation % BEGINNINGS] + generation / BEGINNINGS % 2 * ROUNDS;
	t->level->window.hold_syscall = SYS_clone;
	t->level->window.args[0] = FLAGS;
	t->level->window.args[2] = (uintptr_t)&own->child;
	return 0;
}

static void unload(struct xs_task *t)
{
	const struct own *own = t->own;

	if (own->ballast)
		munmap(own->ballast, BALLAST_PAGES * PAGE_BYTES);
}

static int supported(char *why)
{
	volatile pid_t child = 0;
	const long rc = xs_syscall6(SYS_clone, FLAGS, 0, (long)&child, 0, 0, 0);

	if (!rc)
		xs_exit(0);
	if (rc > 0) {
		xs_syscall6(SYS_wait4, rc, 0, 0, 0, 0, 0);
		if (child == rc)
			return 0;
	}
	if (rc < 0)
		return xs_why((int)rc, why, "clone() with CLONE_PARENT_SETTID: %m");
	return xs_why(-EOPNOTSUPP, why, "clone() does not heed CLONE_PARENT_SETTID");
}

const struct xs_pressure xs_pressure_fork = {
	.entry = {
		.name = "fork",
		.summary = "a process that forks while it holds registers, every period_us (0: 500)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_FORKS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.period_us = 500,
	.own_bytes = sizeof(struct own),
	.open = open_fork,
	.step = step,
	.close = unload,
	.legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_FORK,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/syscall.h>
#include "axis/parts/reap.c"
static void run_fork(struct task *t)
{
	char *many = mmap(NULL, 1024 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* Mappings that half of the children get: copied before the registers, which takes time. */
	for (int i = 0; many != MAP_FAILED && i < 1024; i += 2)
		mprotect(many + i * 4096, 4096, PROT_READ);
	t->call = SYS_fork;
	for (t->period_us += t->period_us ? 0 : 500; more(t); reap(result)) {
		uint64_t now = __builtin_ia32_rdtsc();

		madvise(many, 1024 * 4096, t->windows % 2 ? MADV_DOFORK : MADV_DONTFORK);
		/* Some of its time slice is used up: what is left may end within the fork. */
		while (t->windows % 2 && __builtin_ia32_rdtsc() - now < now / 16 % 10000000)
			;
		window(t);
	}
}
#endif
