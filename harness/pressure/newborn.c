// SPDX-License-Identifier: GPL-2.0-only
/* newborn: register sets of forked children and of programs that have not yet begun to run. */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "pressure/exec_file.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/regsets.h"
#include "pressure/vector.h"
#include "task/death.h"
#include "task/sys.h"

#define LOOK_US 20u
#define OPTIONS (PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)
#define END	0u /* no event: it has ended */

static const char died[] = "its tracee died";

struct newborn {
	struct xs_regsets regsets;
	struct xs_exec_file file;
	uint32_t rounds;
	_Alignas(64) uint8_t entry[XS_IMAGE_MAX]; /* what a new program starts with */
};

/*
 * The tracee. Its memory is its own, and so is its child's: these find there what they have to
 * hold in the end, as it was prepared before. It was only looked at itself, and proves nothing.
 * Neither goes on before .release is set: the hold that follows ends at once.
 */
static void tracee(struct xs_task *t, const struct newborn *n, bool executes)
{
	struct xs_level *l = t->level;
	const long self = xs_syscall3(SYS_getpid, 0, 0, 0);
	int status, bad;

	xs_death_unwatch();
	while (!t->slot->release)
		xs_sleep_us(LOOK_US);
	t->slot->release = 0;
	if (executes)
		xs_exec_run(t, &n->file);
	/* Without a signal at its end, which would stop its parent. */
	l->window.hold_syscall = SYS_clone;
	l->window.args[0] = l->window.args[1] = 0;
	bad = xs_window_run(&l->window);
	if (xs_syscall3(SYS_getpid, 0, 0, 0) != self)
		xs_vector_prove(t, l, l->expected == l->role ? XS_LEG_FORK : XS_LEG_RETURN, bad);
	else if (l->window.result > 0)
		xs_wait4(l->window.result, &status, __WALL);
	else
		xs_task_fail(t, l->window.result, "clone() in its tracee's window");
	xs_exit(0);
}

/* Whether it has ended or, traced, stops for @event; any other stop is nothing to it. */
static int await(struct xs_task *t, pid_t pid, uint32_t event)
{
	int status = 0, stopped = 0;

	for (;;) {
		const long rc = xs_wait4(pid, &status, __WALL | WNOHANG);
		long request = PTRACE_CONT, signo = 0;

		if (rc < 0)
			return xs_task_fail(t, (int)rc, "waiting for its tracee");
		if (!rc && stopped && xs_task_stopping(t))
			return xs_task_fail(t, -ECANCELED, "somebody has stopped its tracee");
		if (!rc) {
			xs_sleep_us(LOOK_US);
			continue;
		}
		stopped = 0;
		if (!WIFSTOPPED(status)) {
			const int dead = xs_offspring_judge(t, status, died);

			if (dead || event == END)
				return dead;
			/* It may have said itself what has failed. */
			return t->count->error ? t->count->error : xs_task_fail(t, -ECHILD, died);
		}
		if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP) {
			stopped = 1;
			request = PTRACE_LISTEN;
		} else if (event != END && (uint32_t)status >> 16 == event) {
			return 0;
		} else if (!(status >> 16)) {
			signo = xs_tracer_signal(t, pid, WSTOPSIG(status));
			if (signo < 0 && signo != -ESRCH)
				return (int)signo;
		}
		xs_tracer_call(request, pid, 0, (void *)(signo < 0 ? 0 : signo));
	}
}

/* A request has failed: if its tracee was killed meanwhile, its death says more. */
static int lost(struct xs_task *t, pid_t pid, int rc)
{
	if (rc == -ESRCH)
		rc = await(t, pid, END);
	return rc == -ESRCH || !rc ? xs_task_fail(t, -ECHILD, died) : rc;
}

static int resume(struct xs_task *t, pid_t pid)
{
	const int rc = (int)xs_tracer_call(PTRACE_CONT, pid, 0, NULL);

	return rc < 0 ? lost(t, pid, xs_traced_refused(t, rc, "PTRACE_CONT")) : 0;
}

static int serve(struct xs_task *t, struct newborn *n, pid_t pid, const uint8_t *expected)
{
	int rc;

	n->regsets.traced.tracer.pid = pid;
	rc = xs_regsets_serve(t, &n->regsets, expected);
	return rc ? lost(t, pid, rc) : 0;
}

/* The child is where it has not yet been in user mode; its parent is in its system call. */
static int serve_child(struct xs_task *t, struct newborn *n, pid_t parent)
{
	unsigned long child = 0;
	int rc = await(t, parent, PTRACE_EVENT_CLONE);

	if (rc)
		return rc;
	rc = (int)xs_tracer_call(PTRACE_GETEVENTMSG, parent, 0, &child);
	if (rc < 0)
		return lost(t, parent, xs_traced_refused(t, rc, "PTRACE_GETEVENTMSG"));
	rc = await(t, (pid_t)child, PTRACE_EVENT_STOP);
	if (!rc)
		rc = serve(t, n, (pid_t)child, n->regsets.image);
	if (rc)
		return rc;
	n->regsets.traced.tracer.pid = parent;
	rc = xs_regsets_look(t, &n->regsets, n->regsets.image);
	if (rc)
		return lost(t, parent, rc);
	t->slot->release = 1;
	rc = resume(t, (pid_t)child);
	if (!rc)
		rc = resume(t, parent);
	return rc ? rc : await(t, (pid_t)child, END);
}

/*
 * The program is there, and has not begun. All of it is in its init state: what is written then has
 * no component in use before something was, and whether MXCSR comes along is the implementation's.
 */
static int serve_program(struct xs_task *t, struct newborn *n, pid_t pid)
{
	struct xs_regsets *own = &n->regsets;
	int rc = await(t, pid, PTRACE_EVENT_EXEC);

	if (rc)
		return rc;
	own->traced.tracer.pid = pid;
	/* No plant: what is planted elsewhere may be what it has here. */
	xs_copy(own->traced.read, own->image, t->shared->cpu.image_bytes);
	rc = xs_regsets_look(t, own, own->traced.read);
	if (!rc)
		rc = xs_regsets_spell_out(t, own);
	if (rc)
		return lost(t, pid, rc);
	xs_copy(own->traced.read, own->image, t->shared->cpu.image_bytes);
	rc = serve(t, n, pid, own->traced.read);
	return rc ? rc : resume(t, pid);
}

/* What the program has found when it began: what was written, or what any has. */
static int judge_program(struct xs_task *t, struct newborn *n)
{
	const struct xs_level *l = t->level;
	const uint8_t *due = n->regsets.traced.due;
	const int rc = xs_exec_end(t, &n->file);

	if (rc)
		return rc;
	if (xs_image_differs(due, n->file.found, &t->shared->cpu, l->registers))
		xs_task_record(t, l, l->expected == l->role ? XS_LEG_EXEC : XS_LEG_RETURN, 0, due,
			       n->file.found);
	t->count->checks++;
	return 0;
}

static int born(struct xs_task *t, struct newborn *n, bool executes)
{
	struct xs_regsets *own = &n->regsets;
	struct xs_level *l = t->level;
	pid_t pid;
	int rc;

	xs_vector_next(t);
	xs_level_next(&own->traced.given, t);
	xs_regsets_choose(t, own);
	xs_regsets_prepare(t, own, l, executes ? n->entry : l->image);
	xs_exec_begin(&n->file);
	pid = xs_offspring_fork();
	if (pid < 0)
		return xs_task_fail(t, pid, "forking its tracee");
	if (!pid)
		tracee(t, n, executes);
	rc = (int)xs_tracer_call(PTRACE_SEIZE, pid, 0, (void *)OPTIONS);
	if (rc < 0)
		return lost(t, pid, xs_traced_refused(t, rc, "PTRACE_SEIZE"));
	t->slot->release = 1;
	rc = executes ? serve_program(t, n, pid) : serve_child(t, n, pid);
	if (!rc)
		rc = await(t, pid, END);
	return rc || !executes ? rc : judge_program(t, n);
}

/*
 * Linux does not show a new program's PKRU before it has run (docs/found.md): with no bit of it
 * in XSTATE_BV it reads as 0, and is 0 when that is written back.
 */
static int step(struct xs_task *t)
{
	struct newborn *n = t->own;
	const uint32_t all = t->level->registers;
	const uint32_t shown = all & ~xs_state_of(1ull << XS_XFEATURE_PKRU);
	const bool executes = n->rounds++ & 1 && shown;
	int rc;

	if (executes)
		t->level->registers = shown;
	rc = born(t, n, executes);
	t->level->registers = all;
	if (!rc)
		t->count->iterations++;
	return rc;
}

static int open_newborn(struct xs_task *t)
{
	struct newborn *n = t->own;
	int rc = xs_regsets_open(t, &n->regsets);

	if (!rc)
		rc = xs_exec_open(t, &n->file);
	if (rc)
		return rc;
	n->rounds = t->shared->generation - 1;
	xs_image_entry(n->entry, &t->shared->cpu);
	xs_level_init(&n->regsets.traced.given, t, XS_PATTERN_GIVEN);
	return 0;
}

static void close_newborn(struct xs_task *t)
{
	struct newborn *n = t->own;

	xs_exec_close(&n->file);
	xs_regset_close(&n->regsets.io);
}

static int supported(char *why)
{
	const int rc = xs_regsets_supported(why);

	return rc ? rc : xs_exec_supported(why);
}

const struct xs_pressure xs_pressure_newborn = {
	.entry = {
		.name = "newborn",
		.summary = "a tracer of children and programs that have not begun, every period_us (0: 1000)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR |
			 XS_FORKS | XS_LINUX_OWN | XS_RECENT,
		.features = XS_CPU_XSAVE,
		.supported = supported,
	},
	.period_us = 1000,
	.own_bytes = sizeof(struct newborn),
	.open = open_newborn,
	.step = step,
	.close = close_newborn,
	.plant = XS_PLANT_FOUND,
	.legs = 1u << XS_LEG_PTRACE,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "it asks for the 32-bit view of a 64-bit tracee, and by 32-bit system calls"
#endif
