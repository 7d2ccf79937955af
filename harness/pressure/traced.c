// SPDX-License-Identifier: GPL-2.0-only
/* What a tracee holds, and what its tracer reads, proves and writes. */
#include "pressure/traced.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "pressure/offspring.h"
#include "pressure/vector.h"
#include "state/frame.h"
#include "task/death.h"
#include "task/sys.h"

static bool by_xstate(const struct xs_task *t, uint32_t generation)
{
	return t->shared->cpu.features & XS_CPU_XSAVE && !(generation & 1);
}

/* Every second state written lacks a component, from the newest to the oldest: 0, or its bit. */
static uint64_t left_out(const struct xs_task *t, uint32_t registers, uint32_t generation)
{
	const uint64_t all = xs_state_xfeatures(registers);
	const uint32_t count = (uint32_t)__builtin_popcountll(all);
	uint32_t skip = (count - generation / 4 % count) % count;
	uint64_t rest = all;

	if (!by_xstate(t, generation) || generation / 2 % 2)
		return 0;
	while (skip--)
		rest &= rest - 1;
	return xs_traced_out(all, rest & -rest);
}

/* A write that the kernel has to refuse: bits that nobody may set, or a set that is cut short. */
struct spoilt {
	long set;
	uint32_t at, bits;
	uint32_t less; /* bytes */
};

/* An earlier kernel, or another implementation, may clear such bits: then it has put them right. */
static const struct spoilt spoilt[] = {
	{ .set = NT_PRFPREG, .at = XS_IMAGE_MXCSR_AT, .bits = 1u << 31 },
	{ .set = NT_X86_XSTATE, .at = XS_IMAGE_MXCSR_AT, .bits = 1u << 31 },
	{ .set = NT_X86_XSTATE, .at = XS_IMAGE_XSTATE_BV + 4, .bits = 1u << 30 },
	{ .set = NT_X86_XSTATE, .at = XS_XCOMP_BV + 4, .bits = 1u << 31 },
	{ .set = NT_X86_XSTATE, .at = XS_XCOMP_BV + 8, .bits = 1 },
	{ .set = NT_X86_XSTATE, .less = 64 }, /* Linux 4.8; else the rest stays */
	{ .set = NT_PRFPREG, .less = 256 },   /* Linux 5.14; else the rest stays */
};

/* What is wrong with the write of generation @generation: every fourth is spoilt; or NULL. */
static const struct spoilt *spoilt_by(const struct xs_task *t, uint32_t generation)
{
	const uint32_t rows = sizeof(spoilt) / sizeof(spoilt[0]);
	const bool xsave = t->shared->cpu.features & XS_CPU_XSAVE;

	if (generation % 4 != 3 || t->shared->plan.contract)
		return NULL;
	return &spoilt[xsave ? generation / 4 % rows : 0];
}

void xs_traced_leave_out(uint8_t *image, uint32_t registers, const struct xs_cpu *cpu, uint64_t out,
			 bool all)
{
	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		if ((out >> at.span->component & 1) && (all || at.span->file == XS_FILE_MXCSR))
			xs_lane_put(image, &at, xs_lane_init(&at));
	}
}

/* The tracee has to find what was written: one set or the other, without the components @out. */
static void expect_given(struct xs_task *t, struct xs_traced *tr, bool xstate, uint64_t out)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	struct xs_level *l = t->level;

	l->expected = XS_PATTERN_GIVEN;
	xs_copy(tr->due, xstate ? tr->given.image : l->image, cpu->image_bytes);
	xs_copy(tr->due, tr->given.image, XS_IMAGE_LEGACY_BYTES);
	xs_traced_leave_out(tr->due, l->registers, cpu, out, true);
}

/* The values that the tracee has to find after generation @generation was written. */
static void prepare_due(struct xs_task *t, struct xs_traced *tr)
{
	struct xs_level *l = t->level;

	/* Begun together: of the same generation always. */
	xs_level_next(&tr->given, t);
	expect_given(t, tr, by_xstate(t, l->generation), left_out(t, l->registers, l->generation));
	if (!spoilt_by(t, l->generation))
		return;
	l->expected = XS_PATTERN_TASK;
	xs_copy(tr->due, l->image, t->shared->cpu.image_bytes);
}

void xs_traced_main(struct xs_task *t)
{
	struct xs_traced *tr = t->own;
	struct xs_level *l = t->level;

	xs_death_unwatch();
	l->window.check_image = tr->due;
	l->window.hold_ticks = UINT64_MAX;
	while (!xs_task_stopping(t)) {
		xs_vector_next(t);
		prepare_due(t, tr);
		xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&l->window));
		t->count->iterations++;
		xs_rest_until_stop(t, t->plan->period_us);
	}
}

/* Compare what one register set says with what the tracee loaded; it counts when that goes on. */
static void compare(struct xs_task *t, struct xs_traced *tr, uint64_t bytes)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_level *l = t->level;

	/* An FXSAVE image says nothing of the rest. */
	xs_copy(tr->compared, l->image, cpu->image_bytes);
	xs_copy(tr->compared, tr->read, bytes);
	if (!t->plan->worker)
		xs_plant_found(t, tr->compared, l->generation);
	if (xs_image_differs(l->image, tr->compared, cpu, l->registers))
		xs_task_record(t, l, XS_LEG_PTRACE, 0, l->image, tr->compared);
}

/* What was read gets the tracer's values, without the components @out; the rest stays. */
static void edit(struct xs_task *t, struct xs_traced *tr, bool xstate, uint64_t out)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const uint32_t registers = t->level->registers;

	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		if (xstate || at.offset < XS_IMAGE_LEGACY_BYTES)
			xs_lane_put(tr->read, &at, xs_lane_get(tr->given.image, cpu, &at));
	}
	if (!xstate)
		return;
	xs_traced_leave_out(tr->read, registers, cpu, out, false);
	xs_frame_use(tr->read, xs_frame_get64(tr->given.image, XS_IMAGE_XSTATE_BV), out);
}

int xs_traced_refused(struct xs_task *t, long rc, const char *request)
{
	return rc == -ESRCH ? (int)rc : xs_task_fail(t, (int)rc, request);
}

/* Read a register set of the stopped tracee: its size, or -errno. */
static int read_set(struct xs_task *t, struct xs_traced *tr, long set)
{
	struct iovec io = { .iov_base = tr->read, .iov_len = sizeof(tr->read) };
	const long rc = xs_tracer_call(PTRACE_GETREGSET, tr->tracer.pid, set, &io);

	return rc < 0 ? xs_traced_refused(t, rc, "PTRACE_GETREGSET") : (int)io.iov_len;
}

static long write_set(struct xs_task *t, struct xs_traced *tr, long set, size_t bytes)
{
	struct iovec io = { .iov_base = tr->read, .iov_len = bytes };
	const long rc = xs_tracer_call(PTRACE_SETREGSET, tr->tracer.pid, set, &io);

	return rc < 0 ? xs_traced_refused(t, rc, "PTRACE_SETREGSET") : 0;
}

/* Read and prove one register set of the stopped tracee: its size, or -errno. */
static int look(struct xs_task *t, struct xs_traced *tr, long set)
{
	const int rc = read_set(t, tr, set);

	if (rc >= 0)
		compare(t, tr,
			set == NT_X86_XSTATE ? t->shared->cpu.image_bytes : XS_IMAGE_LEGACY_BYTES);
	return rc;
}

/* A spoilt write was not refused: if it arrived as it is, record that, and put it right. */
static long judge_taken(struct xs_task *t, struct xs_traced *tr, const struct spoilt *s,
			bool planted)
{
	const bool xstate = s->set == NT_X86_XSTATE;
	const uint32_t bytes = xstate ? t->shared->cpu.image_bytes : XS_IMAGE_LEGACY_BYTES;
	const struct xs_level *l = t->level;
	const int rc = read_set(t, tr, s->set);
	uint32_t word, kept;

	if (rc < 0)
		return rc;
	expect_given(t, tr, xstate, 0);
	kept = (uint32_t)rc - s->less;
	if (kept < bytes)
		xs_copy(tr->due + kept, l->image + kept, bytes - kept);
	word = xs_frame_get32(tr->read, s->at) | (planted ? s->bits : 0);
	if (!(word & s->bits))
		return 0;
	xs_frame_put32(tr->read, s->at, word);
	xs_copy(tr->compared, l->image, t->shared->cpu.image_bytes);
	xs_copy(tr->compared, tr->read, bytes);
	xs_task_record_as(t, l, XS_WRONG_ACCEPTED, XS_LEG_PTRACE, 0, tr->due, tr->compared,
			  t->shared->cpu.image_bytes);
	xs_frame_put32(tr->read, s->at, word & ~s->bits);
	edit(t, tr, xstate, 0);
	return write_set(t, tr, s->set, (size_t)rc);
}

/* Write what has to be refused. */
static long write_spoilt(struct xs_task *t, struct xs_traced *tr, const struct spoilt *s,
			 size_t bytes)
{
	const bool planted = s->bits && !t->plan->worker && xs_plant_due(t, XS_PLANT_TAKEN);
	struct iovec io = { .iov_base = tr->read, .iov_len = bytes - s->less };
	long rc;

	if (!planted)
		xs_frame_put32(tr->read, s->at, xs_frame_get32(tr->read, s->at) | s->bits);
	rc = xs_tracer_call(PTRACE_SETREGSET, tr->tracer.pid, s->set, &io);
	if (rc == -ESRCH)
		return rc; /* as xs_traced_refused() has it */
	return rc < 0 ? 0 : judge_taken(t, tr, s, planted);
}

/* Read and prove one register set of the stopped tracee; then write it, as @s says, if any. */
static long exchange(struct xs_task *t, struct xs_traced *tr, long set, const struct spoilt *s)
{
	const struct xs_level *l = t->level;
	const int rc = look(t, tr, set);

	if (rc < 0)
		return rc;
	edit(t, tr, set == NT_X86_XSTATE, left_out(t, l->registers, l->generation));
	return s ? write_spoilt(t, tr, s, (size_t)rc) : write_set(t, tr, set, (size_t)rc);
}

/*
 * What was written reads back, and what was left out reads as its init state:
 * its bytes count, too, as debuggers look at them, whatever XSTATE_BV says.
 */
static int read_back(struct xs_task *t, struct xs_traced *tr)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_level *l = t->level;
	const bool xsave = cpu->features & XS_CPU_XSAVE;
	const int rc = read_set(t, tr, xsave ? NT_X86_XSTATE : NT_PRFPREG);

	if (rc < 0)
		return rc;
	if (xsave)
		xs_frame_use(tr->read, xs_state_xfeatures(l->registers), 0);
	if (xs_image_differs(tr->due, tr->read, cpu, l->registers))
		xs_task_record(t, l, XS_LEG_PTRACE, 0, tr->due, tr->read);
	return 0;
}

/* The stopped tracee, if it is in a window that was not served: 0 or -errno. */
int xs_traced_serve(struct xs_task *t, struct xs_tracer *tracer)
{
	struct xs_traced *tr = (struct xs_traced *)tracer;
	const struct spoilt *s = spoilt_by(t, t->level->generation);
	const bool xstate = s ? s->set == NT_X86_XSTATE : by_xstate(t, t->level->generation);
	struct user_regs_struct regs;
	long rc = xs_tracer_call(PTRACE_GETREGS, tr->tracer.pid, 0, &regs);

	if (rc < 0)
		return xs_traced_refused(t, rc, "PTRACE_GETREGS");
	/* A stop that somebody else asked for may find what was served already. */
	if (!xs_window_has(regs.rip) || !t->slot->inside || t->slot->inside == tr->tracer.served)
		return 0;
	/* The set that is written comes last: the other one would show what was written. */
	if (xstate || t->shared->cpu.features & XS_CPU_XSAVE)
		rc = look(t, tr, xstate ? NT_PRFPREG : NT_X86_XSTATE);
	if (rc >= 0)
		rc = exchange(t, tr, xstate ? NT_X86_XSTATE : NT_PRFPREG, s);
	if (rc >= 0)
		rc = read_back(t, tr);
	if (rc < 0)
		return (int)rc;
	/* Its check begins when it goes on: not without the values that it is to find. */
	tr->tracer.served = t->slot->inside;
	t->slot->release = 1;
	return 0;
}
