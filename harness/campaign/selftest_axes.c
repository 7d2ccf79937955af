// SPDX-License-Identifier: GPL-2.0-only
/* The self-test beyond a plain signal: every other way of registers, and every entry in silence. */
#include <stdio.h>

#include "cmd/common.h"
#include "campaign/selftest.h"
#include "task/layout.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define QUIET_MS 150u
#define LONGER	 50u /* as many signals, for a second try */

#define FRAME  (1u << XS_LEG_FRAME)
#define RETURN (1u << XS_LEG_RETURN)
#define FORK   (1u << XS_LEG_FORK)
#define EXEC   (1u << XS_LEG_EXEC)
#define PTRACE (1u << XS_LEG_PTRACE)

/* Silence counts when every signal, and each of @depths deliveries of it, was proved. */
void xs_selftest_count(struct xs_selftest *t, const struct xs_case *c, const char *what,
		       uint64_t depths)
{
	const struct xs_evidence *e = &t->outcome.verdict.evidence;
	const struct xs_result r = { .c = c,
				     .plan = &t->outcome.plan,
				     .verdict = &t->outcome.verdict,
				     .ending = &t->outcome.ending };

	if (t->outcome.verdict.kind == XS_PASS &&
	    (!depths || (e->frames == depths * e->signals && e->entries == e->frames &&
			 e->checks >= e->signals))) {
		t->n.quiet++;
		return;
	}
	/* Only the plan knows that a forked child gets no tiles: amx alone and fork are no case. */
	if (t->outcome.verdict.kind == XS_SKIP)
		return;
	if (t->outcome.verdict.kind == XS_ERROR)
		t->n.errors++;
	else if (xs_verdict_is_bad(t->outcome.verdict.kind))
		t->n.found++;
	else
		t->n.unproved++;
	printf("  with nothing planted, %s:\n", what);
	xs_report_verdict(stdout, "    ", &r);
}

bool xs_selftest_silent(struct xs_selftest *t, const struct xs_case *c, const char *what,
			uint64_t depths)
{
	struct xs_case longer = *c;

	xs_session_run(&t->session, c, NULL, &t->outcome);
	/* A few signals are over before a neighbour gets to run on a loaded machine. */
	if (t->outcome.verdict.kind == XS_INCONCLUSIVE && !t->outcome.verdict.interrupted) {
		longer.signals *= LONGER;
		longer.duration_ms = XS_SELFTEST_MS / 2;
		xs_session_run(&t->session, &longer, NULL, &t->outcome);
	}
	if (t->outcome.verdict.interrupted)
		return false;
	xs_selftest_count(t, c, what, depths);
	return true;
}

static bool runs(const struct xs_selftest *t, const struct xs_case *c)
{
	char why[XS_WHY_BYTES];

	return !xs_session_supported(&t->session, c, why);
}

/* Plant a flipped bit, and then data of @kind. */
static bool both(struct xs_selftest *t, const struct xs_case *c, unsigned int class,
		 enum xs_plant_how how, enum xs_plant_kind kind, uint32_t legs)
{
	const struct xs_selftest_where where = { .legs = legs };
	struct xs_plant p = { .how = (uint8_t)how,
			      .kind = XS_PLANT_FLIP,
			      .class = (uint8_t) class,
			      .owner = 1,
			      .at = XS_SELFTEST_AT };

	if (!runs(t, c))
		return true;
	if (!xs_selftest_plant(t, c, &p, &where))
		return false;
	if (c->abi != XS_ABI_x86_64) /* it is the way that differs there */
		return true;
	p.kind = (uint8_t)kind;
	return !xs_plant_possible(class, kind) || xs_selftest_plant(t, c, &p, &where);
}

/* What the handler sees of the frame, what sigreturn takes from it, and what both carry. */
static bool frames(struct xs_selftest *t, const struct xs_case *c, unsigned int class)
{
	return both(t, c, class, XS_PLANT_WRITTEN, XS_PLANT_FOREIGN, FRAME | RETURN) &&
	       both(t, c, class, XS_PLANT_FRAME, XS_PLANT_FOREIGN, RETURN) &&
	       both(t, c, class, XS_PLANT_WORKER, XS_PLANT_FOREIGN, FRAME | RETURN);
}

static bool handlers(struct xs_selftest *t, unsigned int class)
{
	struct xs_case c;

	xs_selftest_case(&c, class);
	if (!both(t, &c, class, XS_PLANT_WRITTEN, XS_PLANT_FOREIGN, FRAME | RETURN))
		return false;
	for (unsigned int abi = XS_ABI_ia32; abi < XS_ABIS && class != XS_STATE_x87_pointers;
	     abi++) {
		c.abi = (uint8_t)abi;
		if (!frames(t, &c, class))
			return false;
	}
	c.abi = XS_ABI_x86_64;
	c.handler = XS_HANDLER_edit_values;
	if (!both(t, &c, class, XS_PLANT_FRAME, XS_PLANT_STALE, RETURN))
		return false;
	c.handler = XS_HANDLER_fork;
	if (class != XS_STATE_amx &&
	    !both(t, &c, class, XS_PLANT_WORKER, XS_PLANT_FOREIGN, FRAME | RETURN | FORK))
		return false;
	c.handler = XS_HANDLER_clobber;
	c.fault = XS_STACK_memfd_dontneed;
	c.restore = XS_MISSING_ALL;
	return both(t, &c, class, XS_PLANT_FRAME, XS_PLANT_FOREIGN, RETURN);
}

/* What pressure finds: of its own, of its children, and of the programs that they become. */
static bool neighbours(struct xs_selftest *t, unsigned int class)
{
	static const struct {
		uint8_t kind, how;
		struct xs_selftest_where where;
	} rows[] = {
		{ XS_PRESSURE_vector_thread, XS_PLANT_NEIGHBOUR, { RETURN, false } },
		{ XS_PRESSURE_kernel_fpu, XS_PLANT_NEIGHBOUR, { RETURN, false } },
		{ XS_PRESSURE_io_uring, XS_PLANT_NEIGHBOUR, { RETURN, false } },
		{ XS_PRESSURE_fifo, XS_PLANT_NEIGHBOUR, { RETURN, false } },
		{ XS_PRESSURE_hotplug, XS_PLANT_NEIGHBOUR, { RETURN, false } },
		{ XS_PRESSURE_fork, XS_PLANT_NEIGHBOUR, { RETURN | FORK, false } },
		{ XS_PRESSURE_threads, XS_PLANT_NEIGHBOUR, { RETURN | FORK, true } },
		{ XS_PRESSURE_exec, XS_PLANT_FOUND, { EXEC, false } },
		{ XS_PRESSURE_ptrace, XS_PLANT_FOUND, { PTRACE, false } },
	};
	struct xs_plant p = { .class = (uint8_t) class, .owner = 1, .at = XS_SELFTEST_AT };
	struct xs_case c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		xs_selftest_case(&c, class);
		c.pressures = 1;
		xs_case_pressure_default(&c.pressure[0], rows[i].kind);
		c.pressure[0].registers = c.registers;
		if (!runs(t, &c) || ((xs_flags(XS_AXIS_PRESSURE, rows[i].kind) & XS_FORKS) &&
				     class == XS_STATE_amx))
			continue;
		p.how = rows[i].how;
		if (!xs_selftest_plant(t, &c, &p, &rows[i].where))
			return false;
	}
	return true;
}

/* Every handler in 32-bit frames, and leaving by a jump what the next window needs in init state.
 */
static bool quiet_handlers(struct xs_selftest *t)
{
	struct xs_case c;

	xs_case_default(&c);
	c.signals = XS_SELFTEST_SIGNALS;
	c.registers = (1u << XS_STATES) - 1;
	for (unsigned int abi = XS_ABI_ia32; abi < XS_ABIS; abi++)
		for (unsigned int row = 0; row < XS_HANDLERS; row++) {
			c.abi = (uint8_t)abi;
			c.handler = (uint8_t)row;
			c.depth = (xs_flags(XS_AXIS_HANDLER, row) & XS_HANDLER_NESTS) ? XS_DEPTH_MAX
										      : 1;
			if (runs(t, &c) &&
			    !xs_selftest_silent(t, &c, xs_name(XS_AXIS_HANDLER, row),
						(xs_flags(XS_AXIS_HANDLER, row) & XS_HANDLER_NESTS)
							? 1 + c.depth
							: 1))
				return false;
		}
	xs_case_default(&c);
	c.signals = XS_SELFTEST_SIGNALS;
	c.registers = 1u << XS_STATE_mxcsr;
	c.init = (1u << XS_STATES) - 1;
	c.handler = XS_HANDLER_jump;
	return !runs(t, &c) || xs_selftest_silent(t, &c, "jump, with init", 1);
}

static bool quiet_sources(struct xs_selftest *t)
{
	struct xs_case c;

	for (unsigned int row = 0; row < XS_SIGNALS; row++) {
		xs_case_default(&c);
		c.duration_ms = QUIET_MS;
		c.registers = (1u << XS_STATES) - 1;
		c.handler = XS_HANDLER_clobber;
		c.signal = (uint8_t)row;
		if (xs_flags(XS_AXIS_SIGNAL, row) & XS_SIGNAL_REMOTE)
			c.signal_place = XS_PLACE_L3;
		if (runs(t, &c) && !xs_selftest_silent(t, &c, xs_name(XS_AXIS_SIGNAL, row), 0))
			return false;
	}
	return true;
}

static bool quiet_pressure(struct xs_selftest *t)
{
	struct xs_case c;

	for (unsigned int row = 0; row < XS_PRESSURES; row++) {
		xs_case_default(&c);
		c.duration_ms = QUIET_MS;
		c.registers = (1u << XS_STATES) - 1;
		c.pressures = 1;
		xs_case_pressure_default(&c.pressure[0], row);
		c.pressure[0].registers =
			(xs_flags(XS_AXIS_PRESSURE, row) & XS_PRESSURE_VECTOR) ? c.registers : 0;
		if (runs(t, &c) && !xs_selftest_silent(t, &c, xs_name(XS_AXIS_PRESSURE, row), 0))
			return false;
	}
	return true;
}

/* A case in which @row has to make each frame fault, or fail. */
static void fault_case(struct xs_case *c, unsigned int row)
{
	xs_case_default(c);
	c->duration_ms = XS_SELFTEST_MS;
	c->signals = XS_SELFTEST_SIGNALS;
	c->fault = (uint8_t)row;
	c->boundary = 256;
	if (row != XS_STACK_none)
		c->missing = XS_MISSING_UPPER;
	if (xs_flags(XS_AXIS_STACK, row) & XS_STACK_REFUSES) {
		/* Between fpstate and the rest of the frame. */
		c->boundary = 0;
		c->missing = XS_MISSING_LOWER;
	}
	if (xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES) {
		c->restore = XS_MISSING_UPPER;
		c->handler = XS_HANDLER_clobber;
	}
}

/* Whether each measured signal did what its method is for; with "none" no frame faults. */
static bool fault_took(unsigned int row, const struct xs_evidence *e)
{
	if (xs_flags(XS_AXIS_STACK, row) & XS_STACK_REFUSES)
		return e->refused == e->signals;
	if (xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES && e->faults_restore != e->sampled)
		return false;
	return e->faults_save == (row == XS_STACK_none ? 0 : e->sampled);
}

static bool quiet_faults(struct xs_selftest *t)
{
	const struct xs_evidence *e = &t->outcome.verdict.evidence;
	char why[XS_WHY_BYTES];
	struct xs_case c;

	for (unsigned int row = 0; row < XS_STACKS; row++) {
		fault_case(&c, row);
		if (xs_session_supported(&t->session, &c, why))
			continue;
		xs_session_run(&t->session, &c, NULL, &t->outcome);
		if (t->outcome.verdict.interrupted)
			return false;
		if (t->outcome.verdict.kind == XS_PASS && !fault_took(row, e)) {
			t->n.unproved++;
			printf("  %s: of %llu sampled signals %llu faulted on save, %llu on "
			       "restore\n",
			       xs_name(XS_AXIS_STACK, row), (unsigned long long)e->sampled,
			       (unsigned long long)e->faults_save,
			       (unsigned long long)e->faults_restore);
			continue;
		}
		xs_selftest_count(t, &c, xs_name(XS_AXIS_STACK, row), 1);
	}
	return true;
}

/* Every field of what a frame says of itself, in 64-bit and in 32-bit frames. */
static bool layouts(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;
	const struct xs_selftest_where where = { 0 };
	struct xs_plant p = { .how = XS_PLANT_LAYOUT, .at = XS_SELFTEST_AT };
	struct xs_case c;

	for (unsigned int abi = 0; abi < XS_ABIS; abi++)
		for (unsigned int field = 0; field < XS_LAYOUT_FIELDS; field++) {
			xs_selftest_case(&c, XS_STATE_sse);
			c.abi = (uint8_t)abi;
			/* A small frame may end where the stack does: leave room above it. */
			if (field == XS_LAYOUT_ABOVE)
				c.boundary = 0;
			p.class = (uint8_t)field;
			if (runs(t, &c) &&
			    xs_layout_has(field, xs_arena_cpu(t->session.arena),
					  abi != XS_ABI_x86_64, abi != XS_ABI_ia32) &&
			    !xs_selftest_plant(t, &c, &p, &where))
				return false;
		}
	printf("%-12s ", "layout");
	xs_selftest_counts(&t->n, &before, false);
	printf(": sw_bytes, headers, flags, alignment, red zone, memory above\n");
	return true;
}

bool xs_selftest_axes(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;

	for (unsigned int row = 0; row < XS_STATES; row++)
		if ((t->session.registers >> row & 1) && (!handlers(t, row) || !neighbours(t, row)))
			return false;
	printf("%-12s ", "axes");
	xs_selftest_counts(&t->n, &before, false);
	printf(": 32-bit and edited frames, children, programs, tracers\n");
	fflush(stdout);
	return layouts(t) && quiet_faults(t) && quiet_handlers(t) && quiet_sources(t) &&
	       quiet_pressure(t);
}
