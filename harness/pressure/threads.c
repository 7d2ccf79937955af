// SPDX-License-Identifier: GPL-2.0-only
/* threads: a process whose threads come and go, with registers that they inherit and load. */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/shadowed.h"
#include "pressure/vector.h"
#include "task/probe.h"
#include "task/shadow.h"
#include "task/sys.h"

#define THREADS	    4u /* alive at a time */
#define FLAGS	    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#define AS_VFORK    (FLAGS | CLONE_VFORK)
#define AS_THREAD   (FLAGS | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define WINDOWS	    4u /* that a thread proves before it leaves */
#define STACK_WORDS 2048u
#define PROBE_BYTES 16384u
#define PROBE_MS    1000u

struct storm;

struct thread {
	struct storm *storm;
	struct xs_level level;	/* what it inherits first, then its own */
	struct xs_window check; /* proves what is there; loads nothing */
	volatile uint32_t made; /* its number; 0: clone() failed */
	volatile uint32_t alive;
	bool lent;    /* of its creator it has the shadow stack, too; else it has its own */
	uint64_t due; /* where the creator's SSP is while it makes it, or 0 */
	uint64_t ssp; /* where its own is then */
	_Alignas(64) uint64_t stack[STACK_WORDS];
};

struct storm {
	struct xs_task *task;	/* t->level is the creator's: loads, and makes a thread */
	struct xs_window check; /* the creator's: proves afterwards */
	uint32_t turn;
	struct thread thread[THREADS];
};

static void thread_main(struct thread *th) __attribute__((noreturn));

static void thread_main(struct thread *th)
{
	struct xs_task *t = th->storm->task;

	xs_vector_prove(t, &th->level, XS_LEG_FORK, xs_window_run(&th->check));
	(th->lent ? xs_shadowed_prove : xs_shadowed_prove_own)(t, &th->level, th->due, th->ssp);
	for (uint32_t n = 0; n < WINDOWS && !xs_task_stopping(t); n++) {
		xs_level_next(&th->level, t);
		xs_vector_prove(t, &th->level, XS_LEG_RETURN, xs_window_run(&th->level.window));
	}
	for (;;)
		xs_syscall3(SYS_exit, 0, 0, 0);
}

/*
 * The only check of the window in which a thread is made. The thread begins
 * behind the system call there, with the creator's registers but for its own,
 * empty stack, reads the same window (of which the creator changes nothing
 * that is read there), and ends its hold by calling this, as the creator does.
 * Which of them it is the stack tells.
 */
static uint64_t arrive(const void *image, const uint32_t *offsets, void *scratch)
{
	struct storm *s = scratch;
	const uintptr_t at = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)s->thread;

	(void)image;
	(void)offsets;
	if (at < sizeof(s->thread)) {
		struct thread *th = &s->thread[at / sizeof(s->thread[0])];

		/* Of all calls there was one: this function's. */
		th->ssp = xs_ssp() + 8;
		thread_main(th);
	}
	return 0;
}

static void await(struct thread *th)
{
	uint32_t alive;

	while ((alive = th->alive))
		xs_syscall6(SYS_futex, (long)&th->alive, FUTEX_WAIT, alive, 0, 0, 0);
}

/*
 * Load, make a thread, and let either side prove its registers with a scratch
 * area of its own: here, and in thread_main(). What runs between the hold and
 * that check is compiled without vector registers.
 */
static int make_thread(struct xs_task *t)
{
	struct storm *s = t->own;
	struct thread *th = &s->thread[s->turn % THREADS];
	struct xs_level *l = t->level;
	int status = 0;

	await(th);
	xs_vector_next(t);
	xs_copy(th->level.image, l->image, t->shared->cpu.image_bytes);
	th->level.generation = l->generation;
	th->made = 0;
	th->alive = 1;
	l->window.args[1] = (uintptr_t)(th->stack + STACK_WORDS);
	l->window.args[2] = (uintptr_t)&th->made;
	l->window.args[3] = (uintptr_t)&th->alive;
	/* Every second one a process that shares the memory, as vfork() makes it. */
	th->lent = s->turn++ % 2;
	th->due = xs_shadowed_lower(t);
	l->window.args[0] = th->lent ? AS_VFORK : AS_THREAD;
	xs_window_run(&l->window);
	if (th->made && th->lent)
		xs_wait4((pid_t)th->made, &status, __WALL);
	xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&s->check));
	xs_shadowed_prove(t, l, th->due, l->window.ssp_left);
	/* The next ones are the thread's: no two threads ever load the same values. */
	for (uint32_t n = 0; n < WINDOWS; n++)
		xs_level_next(l, t);
	t->count->iterations++;
	if (th->made)
		return xs_offspring_judge(t, status, "its child as of vfork() failed");
	th->alive = 0;
	/* The threads that there are have written here, too; one that was not made has not. */
	return xs_task_fail(t, l->window.result < 0 ? l->window.result : -EPROTO,
			    "making a thread in its window");
}

static int step(struct xs_task *t)
{
	const struct storm *s = t->own;

	return xs_shadowed_step(t, s->turn / 2 % 2, make_thread);
}

/* A window that proves what is in the registers already. */
static struct xs_window check_only(const struct xs_window *w)
{
	struct xs_window check = *w;

	check.load[0] = NULL;
	check.init_mask = 0;
	check.hold_ticks = 0;
	return check;
}

static int open_storm(struct xs_task *t)
{
	struct xs_level *l = t->level;
	struct storm *s = t->own;

	s->task = t;
	s->turn = t->shared->generation - 1;
	s->check = check_only(&l->window);
	l->window.check[0] = arrive;
	l->window.check[1] = NULL;
	l->window.scratch = s;
	l->window.hold_syscall = SYS_clone;
	for (uint32_t i = 0; i < THREADS; i++) {
		struct thread *th = &s->thread[i];

		th->storm = s;
		xs_level_init(&th->level, t, XS_PATTERN_TASK);
		th->level.window.hold_ticks = l->window.hold_ticks;
		th->check = check_only(&th->level.window);
	}
	return 0;
}

static void close_storm(struct xs_task *t)
{
	struct storm *s = t->own;

	for (uint32_t i = 0; i < THREADS; i++)
		await(&s->thread[i]);
}

static int leave(void *arg)
{
	(void)arg;
	for (;;)
		xs_syscall3(SYS_exit, 0, 0, 0);
	return 0;
}

/* Whether a thread can be made so, and says when it has gone: 0 or -errno. */
static int try_flags(uint64_t flags)
{
	const struct timespec soon = { .tv_nsec = 1000000 };
	volatile uint32_t made = 0, alive = 1;
	uint8_t *stack =
		mmap(NULL, PROBE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pid, rc = 0;

	if (stack == MAP_FAILED)
		return -errno;
	pid = clone(leave, stack + PROBE_BYTES, (int)flags, NULL, &made, NULL, &alive);
	if (pid < 0) {
		rc = -errno;
		alive = 0;
	}
	for (uint32_t ms = 0; alive && ms < PROBE_MS; ms++)
		xs_syscall6(SYS_futex, (long)&alive, FUTEX_WAIT, 1, (long)&soon, 0, 0);
	if (!rc && flags & CLONE_VFORK)
		xs_syscall6(SYS_wait4, pid, 0, __WALL, 0, 0, 0);
	if (alive) /* it may still need its stack */
		return -ETIME;
	munmap(stack, PROBE_BYTES);
	return rc || made == (uint32_t)pid ? rc : -EPROTO;
}

/* In a child, whose exit code is the error: Valgrind ends a process that asks for such a clone. */
static void try_both(void)
{
	int rc = try_flags(AS_THREAD);

	if (!rc)
		rc = try_flags(AS_VFORK);
	xs_exit(-rc);
}

static int supported(char *why)
{
	const int rc = xs_probe(try_both, why);

	return rc <= 0 ? rc
		       : xs_why(-rc, why,
				"clone() with CLONE_THREAD, or CLONE_VM | CLONE_VFORK: %m");
}

const struct xs_pressure xs_pressure_threads = {
	.entry = {
		.name = "threads",
		.summary = "a process whose threads come and go with registers, every period_us (0: 200)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_FORKS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.period_us = 200,
	.own_bytes = sizeof(struct storm),
	.open = open_storm,
	.step = step,
	.close = close_storm,
	.legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_FORK | XS_PLANT_LATER,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "a thread made in a window needs a stack and a check of its own, in assembly"
#endif
