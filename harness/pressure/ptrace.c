// SPDX-License-Identifier: GPL-2.0-only
/* ptrace: a tracer that reads and writes the registers of a tracee inside its window. */
#include "pressure/pressure.h"
#include "pressure/traced.h"

static int begin(struct xs_task *t)
{
	static const struct xs_tracing is = { .main = xs_traced_main, .serve = xs_traced_serve };
	struct xs_traced *tr = t->own;

	xs_level_init(&tr->given, t, XS_PATTERN_GIVEN);
	return xs_tracer_begin(t, &is);
}

const struct xs_pressure xs_pressure_ptrace = {
	.entry = {
		.name = "ptrace",
		.summary = "a tracer that reads and writes registers of a child that holds them",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = xs_tracer_supported,
	},
	.own_bytes = sizeof(struct xs_traced),
	.shared = true,
	.begin = begin,
	.step = xs_tracer_step,
	.close = xs_tracer_close,
	.plant = XS_PLANT_FOUND,
	.legs = 1u << XS_LEG_PTRACE,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
/* Reads the registers of a stopped child, writes others but for a component, and reads those. */
static void exchange(struct task *t, int child)
{
	static uint64_t area[2048];
	struct iovec io = { area, sizeof(area) };
	const uint64_t out = t->windows % 2 ? 0 : t->mask & 1ull << t->windows / 2 % 10;

	if (ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &io))
		err(2, "PTRACE_GETREGSET");
	judge(t, area, ~0ul, "by ptrace");
	if (t->windows % 4 == 3) { /* a reserved bit of MXCSR is refused, or cleared */
		struct iovec fx = { area, 512 };

		area[3] |= 1ul << 31;
		if (!ptrace(PTRACE_SETREGSET, child, NT_PRFPREG, &fx) &&
		    !ptrace(PTRACE_GETREGSET, child, NT_PRFPREG, &fx) && area[3] >> 31 & 1)
			corrupt("%s, by ptrace: a reserved bit of MXCSR was taken\n", t->name);
		area[3] &= ~(1ul << 31);
	}
	fill(t, t->other, t->owner + TASKS);
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; t->mask >> f->component & 1 && i < f->words; i++)
			area[f->at + i * f->step] = out >> f->component & 1 && f->words == 1
							    ? f->init
							    : t->other[f->at + i * f->step];
	area[64] = (area[64] | t->other[64]) & ~out;
	t->want = t->other, t->other[64] &= ~out;
	if (ptrace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &io) ||
	    ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &io))
		err(2, "PTRACE_SETREGSET");
	area[64] = ~0ul; /* bytes count, whatever it says of them */
	judge(t, area, t->keep, "by ptrace, after a write");
	t->inside = 0; /* which ends the window */
}

static void run_ptrace(struct task *t)
{
	int status, child = fork();

	t->hold_us = 100000;
	pin(0, child ? t->cpu : t->cpu + 1);
	while (!child && more(t))
		window(t);
	if (!child)
		_exit(0);
	if (ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_EXITKILL))
		err(4, "skip: ptrace");
	for (;; usleep(20)) {
		int due = t->inside && !ptrace(PTRACE_INTERRUPT, child, 0, 0);

		if (!waitpid(child, &status, due ? 0 : WNOHANG))
			continue;
		if (!WIFSTOPPED(status))
			break;
		if (t->inside)
			exchange(t, child);
		ptrace(PTRACE_CONT, child, 0, status >> 16 ? 0 : WSTOPSIG(status));
	}
	_exit(WIFSIGNALED(status) ? raise(WTERMSIG(status)) : WEXITSTATUS(status));
}
#endif
