// SPDX-License-Identifier: GPL-2.0-only
/* core: children that die of a signal while they hold registers; their core files must say so. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pressure/core_file.h"
#include "pressure/core_place.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "state/frame.h"
#include "task/sys.h"

#define EVERY	    4u /* rounds, of which the last has threads */
#define STACK_WORDS 2048u
#define SURVIVED    77		 /* exit code: the signal has not killed it */
#define WAIT_US	    5000000u	 /* for that */
#define IN_A_ROW    3u		 /* cores that are wrong as a whole, before that counts */
#define ROOM_BYTES  (256l << 10) /* that a core which is cut short had to have */
#define FLAGS	    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

/* Bits of XS_LAYOUT_CORE_THREADS: what NT_PRSTATUS says wrong. */
enum {
	WRONG_SIGNAL = 1u << 0,	 /* another signal than it died of */
	WRONG_FIRST = 1u << 1,	 /* the thread that died is not the first one */
	WRONG_THREADS = 1u << 2, /* one is missing, or there is one too many */
	WRONG_FPVALID = 1u << 3, /* no registers, it says */
	WRONG_IP = 1u << 4,	 /* not in its window, where each of them was */
};

static const uint8_t signals[] = { SIGXCPU, SIGABRT, SIGXFSZ, SIGSYS, SIGQUIT };
static const struct timespec nap = { .tv_nsec = 1000 };
static const char died[] = "its child died";

struct core;

/* A thread of a child: the first is the child's own. */
struct part {
	struct core *core;
	struct xs_level *level;
	volatile uint32_t inside, release;
	volatile int32_t tid;
	_Alignas(64) uint64_t stack[STACK_WORDS];
	struct xs_level own;
};

struct core {
	struct xs_task *task;
	struct xs_core_place place;
	struct xs_core_file file;
	uint32_t rounds;
	uint32_t parts, victim; /* of this round: the threads, and which of them dies */
	int signo;		/* of what */
	bool rested;		/* with other registers the child was switched out before */
	int32_t far;		/* a CPU where little else runs, or -1 */
	uint32_t none, cut;	/* rounds in a row without a core file, or with a part of one */
	_Alignas(64) uint8_t compared[XS_IMAGE_MAX];
	struct part part[XS_CORE_THREADS - 1];
};

/* Hold registers; who is to die waits until all others do, and dies in the window. */
static void take_part(struct part *p) __attribute__((noreturn));

static void take_part(struct part *p)
{
	const struct core *e = p->core;
	struct xs_window *w = &p->level->window;

	p->tid = (int32_t)xs_syscall3(SYS_gettid, 0, 0, 0);
	w->hold_syscall = -1;
	w->hold_ticks = (uint64_t)WAIT_US * e->task->shared->ticks_per_us;
	if (p == &e->part[e->victim]) {
		for (uint32_t i = 0; i < e->parts; i++)
			while (&e->part[i] != p && !e->part[i].inside)
				xs_syscall3(SYS_sched_yield, 0, 0, 0);
		w->hold_syscall = SYS_tgkill;
		w->args[0] = (uint64_t)xs_syscall3(SYS_getpid, 0, 0, 0);
		w->args[1] = (uint64_t)p->tid;
		w->args[2] = (uint64_t)e->signo;
	}
	xs_window_run(w);
	xs_exit(SURVIVED);
}

static int thread_main(void *arg)
{
	take_part(arg);
}

/* In the child: to be switched out with other registers leaves those in memory. */
static void rest(struct xs_task *t)
{
	struct xs_level *l = t->level;

	l->window.hold_syscall = SYS_nanosleep;
	l->window.args[0] = (uintptr_t)&nap;
	l->window.args[1] = 0;
	l->window.hold_ticks = 0;
	if (xs_window_run(&l->window))
		xs_task_record(t, l, XS_LEG_RETURN, 0, l->window.check_image, l->dump);
	xs_level_next(l, t);
}

static void child_main(struct xs_task *t, struct core *e) __attribute__((noreturn));

static void child_main(struct xs_task *t, struct core *e)
{
	const int rc = xs_core_enter(&e->place);

	if (rc)
		xs_exit(-rc);
	/* What is only in the CPU is there to be lost as long as nobody else comes to it. */
	if (e->far >= 0)
		xs_pin(0, e->far);
	if (e->rested)
		rest(t);
	for (uint32_t i = 1; i < e->parts; i++) {
		struct part *p = &e->part[i];
		const struct xs_level *before = e->part[i - 1].level;

		/* The next generation: no two of them load the same values. */
		xs_copy(p->own.image, before->image, t->shared->cpu.image_bytes);
		p->own.generation = before->generation;
		xs_level_next(&p->own, t);
		if (clone(thread_main, p->stack + STACK_WORDS, FLAGS, p) < 0)
			xs_exit(EAGAIN);
	}
	take_part(&e->part[0]);
}

/* What is wrong in what the notes say of the threads. */
static uint64_t wrong_threads(const struct core *e)
{
	const struct xs_core_file *f = &e->file;
	uint64_t wrong = f->threads == e->parts ? 0 : WRONG_THREADS;
	uint32_t seen = 0;

	for (uint32_t i = 0; i < f->threads; i++) {
		const struct xs_core_thread *th = &f->thread[i];
		uint32_t part = 0;

		while (part < e->parts && e->part[part].tid != th->tid)
			part++;
		wrong |= part == e->parts || seen >> part & 1 ? WRONG_THREADS : 0;
		seen |= 1u << part;
		wrong |= !i && part != e->victim ? WRONG_FIRST : 0;
		wrong |= th->signo == e->signo ? 0 : WRONG_SIGNAL;
		wrong |= th->fpvalid ? 0 : WRONG_FPVALID;
		wrong |= xs_window_has(th->ip) ? 0 : WRONG_IP;
	}
	return wrong;
}

/* Record what the file says wrong of itself: whether its notes can be gone by. */
static bool judge_file(struct xs_task *t, const struct core *e)
{
	static const uint64_t right[XS_LAYOUT_FIELDS];
	const struct xs_core_file *f = &e->file;
	const uint32_t which = t->shared->plant.class;
	uint64_t said[XS_LAYOUT_FIELDS] = { [XS_LAYOUT_CORE_BYTES] = f->cut };

	if (!f->cut) {
		said[XS_LAYOUT_CORE_NOTES] = f->missing;
		said[XS_LAYOUT_CORE_THREADS] = wrong_threads(e);
		said[XS_LAYOUT_CORE_COMPONENTS] = f->misplaced;
	}
	if (!t->plan->worker && which >= XS_LAYOUT_CORE && which < XS_LAYOUT_FIELDS &&
	    xs_plant_due(t, XS_PLANT_LAYOUT))
		said[which] ^= 1;
	if (!xs_layout_differs(right, said))
		return true;
	xs_task_record_as(t, t->level, XS_WRONG_VALUES, XS_LEG_LAYOUT, 0, (const void *)right, said,
			  XS_LAYOUT_BYTES);
	return false;
}

/* One set of a thread's registers, against what that has loaded. */
static void compare(struct xs_task *t, struct core *e, const struct xs_level *l, const uint8_t *set,
		    uint32_t bytes, bool xstate)
{
	const struct xs_cpu *cpu = &t->shared->cpu;

	/* NT_PRFPREG says nothing of the rest. */
	xs_copy(e->compared, l->image, cpu->image_bytes);
	xs_copy(e->compared, set, bytes < cpu->image_bytes ? bytes : cpu->image_bytes);
	if (!t->plan->worker)
		xs_plant_found(t, e->compared, l->generation);
	if (xs_image_differs(l->image, e->compared, cpu, l->registers)) {
		xs_task_record(t, l, XS_LEG_CORE, 0, l->image, e->compared);
		return;
	}
	if (!xstate)
		return;
	/* Debuggers look at the bytes, whatever XSTATE_BV says of them (471f0aa7fa64). */
	xs_frame_use(e->compared, xs_state_xfeatures(l->registers), 0);
	if (xs_image_differs(l->image, e->compared, cpu, l->registers))
		xs_task_record(t, l, XS_LEG_CORE, 0, l->image, e->compared);
}

static void judge_threads(struct xs_task *t, struct core *e)
{
	for (uint32_t i = 0; i < e->file.threads; i++) {
		const struct xs_core_thread *th = &e->file.thread[i];
		const struct part *p = e->part;

		while (p->tid != th->tid)
			p++;
		compare(t, e, p->level, th->fpregs, XS_IMAGE_LEGACY_BYTES, false);
		if (th->xstate)
			compare(t, e, p->level, th->xstate, th->xstate_bytes, true);
		t->count->checks++;
	}
}

/*
 * A core may be cut short by what is nobody's fault: a disk that is full, memory that is short,
 * SIGKILL. One after the other they are only by the kernel's.
 */
static int judge_cut(struct xs_task *t, struct core *e, int fd)
{
	const long rc = xs_syscall6(SYS_fallocate, fd, 0, 0,
				    (long)(e->file.bytes + e->file.cut) + ROOM_BYTES, 0, 0);

	if (rc < 0 && rc != -EOPNOTSUPP)
		return xs_task_fail(t, (int)rc, "room for a core file");
	if (++e->cut < IN_A_ROW)
		return 0;
	judge_file(t, e);
	return 0;
}

static int judge(struct xs_task *t, struct core *e, pid_t child, int fd)
{
	const siginfo_t *info = &e->file.info;
	const int rc = xs_core_read(&e->file, fd, &t->shared->cpu);

	if (rc)
		return xs_task_fail(t, rc, "reading its child's core file");
	if (e->file.cut)
		return judge_cut(t, e, fd);
	e->cut = 0;
	if (!(e->file.missing & XS_CORE_SIGINFO) &&
	    (info->si_signo != e->signo || info->si_code != SI_TKILL || info->si_pid != child))
		return xs_task_fail(t, -ECANCELED, "somebody else has signalled its child");
	if (judge_file(t, e))
		judge_threads(t, e);
	t->count->iterations++;
	return 0;
}

/* Who takes part in this round, and who dies of what. */
static void choose(struct core *e)
{
	const uint32_t round = e->rounds++;

	e->parts = round % EVERY == EVERY - 1 ? XS_CORE_THREADS - 1 : 1;
	e->victim = round / EVERY % e->parts;
	e->rested = round & 1;
	e->signo = signals[round % sizeof(signals)];
	for (uint32_t i = 0; i < e->parts; i++) {
		e->part[i].inside = 0;
		e->part[i].tid = 0;
	}
}

static int step(struct xs_task *t)
{
	struct core *e = t->own;
	int status = 0, fd, rc;
	pid_t child;

	if (xs_guardian_lost(&e->place.guardian))
		return xs_task_fail(t, -ECHILD, "the guardian of its folder was killed");
	xs_vector_next(t);
	choose(e);
	child = xs_offspring_fork();
	if (child < 0)
		return xs_task_fail(t, child, "forking");
	if (!child)
		child_main(t, e);
	rc = (int)xs_wait4(child, &status, 0);
	if (rc < 0)
		return xs_task_fail(t, rc, "waiting for its child");
	fd = xs_core_take(&e->place);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != e->signo)
		rc = xs_offspring_judge(t, status, died);
	else if (fd == -ENOENT && ++e->none < IN_A_ROW)
		rc = 0;
	else if (fd < 0)
		rc = xs_task_fail(t, fd, "taking its child's core file");
	else
		rc = judge(t, e, child, fd);
	if (fd >= 0) {
		e->none = 0;
		close(fd);
	}
	xs_core_forget(&e->file);
	/* The next values are nobody's of this round. */
	for (uint32_t i = 1; i < e->parts; i++)
		xs_level_next(t->level, t);
	return rc;
}

static int open_core(struct xs_task *t)
{
	struct core *e = t->own;
	const int rc = xs_core_open(&e->place);

	if (rc)
		return xs_task_fail(t, rc, "making a folder for core files");
	e->task = t;
	e->rounds = t->shared->generation - 1;
	e->far = xs_quietest_cpu(&t->shared->plan, t->plan->cpu >= 0 ? t->plan->cpu : xs_cpu_now(),
				 -1);
	for (uint32_t i = 0; i < XS_CORE_THREADS - 1; i++) {
		struct part *p = &e->part[i];

		p->core = e;
		p->level = i ? &p->own : t->level;
		if (i)
			xs_level_init(&p->own, t, XS_PATTERN_TASK);
		p->level->window.inside = &p->inside;
		p->level->window.release = &p->release;
	}
	return 0;
}

static void close_core(struct xs_task *t)
{
	struct core *e = t->own;
	const int rc = e->task ? xs_core_close(&e->place) : 0;

	if (rc && !t->count->error)
		xs_task_fail(t, rc, "removing its folder for core files");
}

const struct xs_pressure xs_pressure_core = {
	.entry = {
		.name = "core",
		.summary = "children that dump core while they hold registers, every period_us (0: 1000)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR | XS_PRESSURE_SLOW,
		.supported = xs_core_supported,
	},
	.period_us = 1000,
	.own_bytes = sizeof(struct core),
	.shared = true,
	.open = open_core,
	.step = step,
	.close = close_core,
	.plant = XS_PLANT_FOUND,
	.legs = 1u << XS_LEG_CORE,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "pressure/parts/core.c"
#endif
