// SPDX-License-Identifier: GPL-2.0-only
/* regsets: a tracer that reads, spoils and writes every register set, at stops of every kind. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/regsets.h"
#include "state/frame.h"
#include "task/probe.h"
#include "task/sys.h"

#define SINCE	    517u /* Linux 5.17: 100 * VERSION + PATCHLEVEL */
#define UD2_BYTES   2u
#define KTHREADD    2 /* a kernel thread, where /proc is that of the whole machine */
#define SPOILT_EACH 12u
#define TAKEN_EACH  6u /* besides the one that stays */

static struct xs_level *level_of(const struct xs_task *t, struct xs_regsets *own)
{
	return own->nested ? &own->inner : t->level;
}

/* Read every set, and prove that each says the same: 0 or -errno (reported). */
static int look(struct xs_task *t, struct xs_regsets *own, const uint8_t *expected)
{
	const struct xs_level *l = level_of(t, own);
	const struct xs_cpu *cpu = &t->shared->cpu;
	uint8_t *read = own->spoil.now;

	for (uint32_t i = 0; i < own->sets; i++) {
		const struct xs_regset *r = &xs_regsets[i];
		size_t bytes = XS_REGSET_MAX;
		uint8_t *at = xs_regset_at(&own->io, bytes);
		const long rc =
			xs_regset_call(&own->io, r, own->traced.tracer.pid, false, at, &bytes);

		if (rc < 0)
			return xs_traced_refused(t, rc, "reading a register set");
		xs_copy(read, expected, cpu->image_bytes);
		xs_regset_to_image(read, r, at, cpu);
		if (!i && expected == own->image && !own->nested && !t->plan->worker)
			xs_plant_found(t, read, l->generation);
		if (xs_image_differs(expected, read, cpu, l->registers))
			xs_task_record(t, l, XS_LEG_PTRACE, own->nested, expected, read);
	}
	return 0;
}

/* A write that the kernel has to take. */
static int put(struct xs_task *t, struct xs_regsets *own, const struct xs_regset *r,
	       const uint8_t *image, bool longer)
{
	const size_t whole = xs_regset_bytes(r, own->spoil.bytes);
	size_t bytes =
		longer && r->note ? whole + r->unit * (1 + xs_regsets_random(own) % 64) : whole;
	uint8_t *at = xs_regset_at(&own->io, XS_REGSET_MAX);
	long rc;

	xs_regset_from_image(at, r, image, whole);
	rc = xs_regset_call(&own->io, r, own->traced.tracer.pid, true, at, &bytes);
	if (rc == -ESRCH || rc == -ENOMEM)
		return xs_traced_refused(t, rc, "writing a register set");
	if (rc < 0) {
		xs_task_record_as(t, level_of(t, own), XS_WRONG_REFUSED, XS_LEG_PTRACE, own->nested,
				  own->image, own->traced.due, t->shared->cpu.image_bytes);
		return (int)rc;
	}
	return bytes == whole || !r->note
		       ? 0
		       : xs_task_fail(t, -EPROTO, "the length of a register set that it wrote");
}

/* This turn's: what was read gets the tracer's values. */
static int write_set(struct xs_task *t, struct xs_regsets *own)
{
	const struct xs_level *l = level_of(t, own);
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_regsets_turn *turn = &own->turn;
	uint8_t *image = own->traced.compared;

	if (turn->what == XS_WHAT_NOTHING)
		return 0;
	xs_copy(image, own->spoil.before, own->spoil.bytes);
	xs_traced_leave_out(image, l->registers, cpu, turn->before ? turn->out : 0, false);
	if (turn->before) {
		int rc;

		xs_frame_use(image, 0, turn->out);
		rc = put(t, own, &xs_regsets[0], image, false);
		if (!rc) {
			xs_copy(own->traced.read, own->image, cpu->image_bytes);
			xs_traced_leave_out(own->traced.read, l->registers, cpu, turn->out, true);
			rc = look(t, own, own->traced.read);
		}
		if (rc)
			return rc;
	}
	XS_FOR_EACH_LANE(at, l->registers, cpu)
	{
		xs_lane_put(image, &at, xs_lane_get(own->traced.given.image, cpu, &at));
	}
	if (!turn->before) {
		xs_traced_leave_out(image, l->registers, cpu, turn->out, false);
		xs_frame_use(image, xs_state_xfeatures(l->registers), turn->out);
	}
	return put(t, own, turn->set, image, turn->what == XS_WHAT_LONGER);
}

/* Writes that the tracee does not see: what each comes to is read, and put right again. */
static int rehearse(struct xs_task *t, struct xs_regsets *own)
{
	const struct xs_regsets_turn turn = own->turn;
	int rc = 0;

	for (uint32_t i = 0; !rc && i < TAKEN_EACH; i++) {
		xs_regsets_choose(t, own);
		xs_regsets_prepare(t, own, level_of(t, own));
		rc = write_set(t, own);
		if (!rc)
			rc = look(t, own, own->traced.due);
		if (!rc)
			rc = xs_spoil_put_back(t, &own->spoil);
	}
	own->turn = turn;
	xs_regsets_prepare(t, own, level_of(t, own));
	return rc;
}

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
	const struct xs_level *l = level_of(t, own);
	struct user_regs_struct regs;
	long rc = xs_tracer_call(PTRACE_GETREGS, tr->pid, 0, &regs);

	if (rc < 0)
		return xs_traced_refused(t, rc, "PTRACE_GETREGS");
	if (!xs_window_has(regs.rip) || !t->slot->inside || t->slot->inside == tr->served)
		return 0;
	rc = look(t, own, own->image);
	if (!rc)
		rc = xs_spoil_begin(t, &own->spoil, tr->pid, own->traced.given.image);
	for (uint32_t i = 0; !rc && i < SPOILT_EACH; i++)
		rc = xs_spoil_write(t, &own->spoil, l,
				    &xs_regsets[xs_regsets_random(own) % own->sets],
				    xs_regsets_random(own));
	if (!rc)
		rc = xs_spoil_other(t, &own->spoil, l, own->sets > XS_REGSETS_NATIVE,
				    xs_regsets_random(own));
	if (!rc)
		rc = rehearse(t, own);
	if (!rc)
		rc = write_set(t, own);
	if (!rc)
		rc = look(t, own, own->traced.due);
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

static int supported(char *why)
{
	struct utsname u;
	unsigned int major, minor;
	const int rc = xs_tracer_supported(why);

	if (rc)
		return rc;
	if (xs_on_valgrind())
		return xs_why(-EOPNOTSUPP, why, "Valgrind, and no CPU, raises the tracee's SIGILL");
	if (!uname(&u) && sscanf(u.release, "%u.%u", &major, &minor) == 2 &&
	    100 * major + minor >= SINCE)
		return 0;
	return xs_why(-EOPNOTSUPP, why,
		      "before 5.17 Linux took parts of register sets, and spoilt them");
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
	const int rc = xs_regset_open(&own->io);

	own->sets = xs_probe_ia32(NULL) ? XS_REGSETS_NATIVE : XS_REGSETS;
	own->random = xs_rdtsc();
	own->spoil.io = &own->io;
	return rc ? xs_task_fail(t, rc, "mapping memory below 4 GiB") : read_odd_ones(t);
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
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR | XS_LINUX_OWN |
			 XS_RECENT,
		.features = XS_CPU_XSAVE,
		.supported = supported,
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
