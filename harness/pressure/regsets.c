// SPDX-License-Identifier: GPL-2.0-only
/* regsets: a tracer that reads, spoils and writes every register set, at stops of every kind. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/regsets.h"
#include "task/sys.h"

#define UD2_BYTES 2u
#define ODD_RUNS  8u /* of children that stay: one in so many, the first of them among these */
#define KTHREADD  2  /* a kernel thread, where /proc is that of the whole machine */

/* Step over the instruction that is none. */
static int step_over(struct xs_task *t, const struct xs_regsets *own)
{
	const pid_t pid = own->traced.tracer.pid;
	struct user_regs_struct regs;
	long rc = xs_tracer_call(PTRACE_GETREGS, pid, 0, &regs);

	if (rc >= 0) {
		regs.rip += UD2_BYTES;
		rc = xs_tracer_call(PTRACE_SETREGS, pid, 0, &regs);
	}
	return rc < 0 ? xs_traced_refused(t, rc, "PTRACE_SETREGS") : 0;
}

/* The tracee has stopped: if it is in a window that was not served, it is now. 0 or -errno. */
static int serve_here(struct xs_task *t, struct xs_tracer *tr)
{
	struct xs_regsets *own = t->own;
	struct user_regs_struct regs;
	long rc = xs_tracer_call(PTRACE_GETREGS, tr->pid, 0, &regs);

	if (rc < 0)
		return xs_traced_refused(t, rc, "PTRACE_GETREGS");
	if (!xs_window_has(regs.rip) || !t->slot->inside || t->slot->inside == tr->served)
		return 0;
	rc = xs_regsets_serve(t, own, own->image);
	if (!rc && regs.rip == (uintptr_t)t->level->window.trap)
		rc = step_over(t, own);
	if (rc)
		return (int)rc;
	tr->served = t->slot->inside;
	t->slot->release = 1;
	return 0;
}

/* It was asked to, or somebody else has asked for that before it came to where it is to be. */
static int serve(struct xs_task *t, struct xs_tracer *tr)
{
	return tr->by_itself ? 0 : serve_here(t, tr);
}

/* What the tracee is about to get is a stop like any other, if its window asked for that. */
static int at_signal(struct xs_task *t, struct xs_tracer *tr, int signo)
{
	const struct xs_regsets *own = t->own;
	const int asked = own->turn.stop == XS_STOP_FAULT    ? SIGILL
			  : own->turn.stop == XS_STOP_SIGNAL ? XS_SIGNO
							     : 0;

	if (signo == asked && t->slot->inside != tr->served) {
		const int rc = serve_here(t, tr);

		if (rc < 0)
			return rc;
		if (tr->served == t->slot->inside && tr->served)
			return signo == SIGILL ? 0 : signo;
	}
	return xs_tracer_signal(t, tr->pid, signo);
}

/* What there is of registers in /proc/PID/arch_status, where there is that: AVX512_elapsed_ms. */
static void read_status(pid_t pid)
{
	char path[32], text[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/arch_status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	while (read(fd, text, sizeof(text)) > 0)
		;
	close(fd);
}

/* Of tasks that have no registers, or none any more: it is to do no harm. 0 or -errno. */
static int read_odd_ones(struct xs_task *t)
{
	const pid_t zombie = xs_offspring_fork();
	siginfo_t info;

	if (zombie < 0)
		return xs_task_fail(t, zombie, "forking");
	if (!zombie)
		xs_exit(0);
	waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT);
	read_status(zombie);
	read_status(KTHREADD);
	return xs_offspring_reap(t, zombie, "its child failed");
}

static int open_regsets(struct xs_task *t)
{
	struct xs_regsets *own = t->own;
	const int rc = xs_regsets_open(t, own);

	return rc || t->shared->generation % ODD_RUNS != 1 ? rc : read_odd_ones(t);
}

static int begin(struct xs_task *t)
{
	static const struct xs_tracing is = { .main = xs_regsets_tracee,
					      .serve = serve,
					      .signal = at_signal };
	struct xs_regsets *own = t->own;

	xs_level_init(&own->traced.given, t, XS_PATTERN_GIVEN);
	xs_level_init(&own->inner, t, XS_PATTERN_HANDLER);
	return xs_tracer_begin(t, &is);
}

static void close_regsets(struct xs_task *t)
{
	struct xs_regsets *own = t->own;

	xs_tracer_close(t);
	xs_regset_close(&own->io);
}

const struct xs_pressure xs_pressure_regsets = {
	.entry = {
		.name = "regsets",
		.summary = "a tracer that reads, spoils and writes all register sets of a child",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR |
			 XS_LINUX_OWN | XS_RECENT,
		.features = XS_CPU_XSAVE,
		.supported = xs_regsets_supported,
	},
	.own_bytes = sizeof(struct xs_regsets),
	.shared = true,
	.open = open_regsets,
	.begin = begin,
	.step = xs_tracer_step,
	.close = close_regsets,
	.plant = XS_PLANT_FOUND,
	.legs = 1u << XS_LEG_PTRACE,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "it asks for the 32-bit view of a 64-bit tracee, and by 32-bit system calls"
#endif
