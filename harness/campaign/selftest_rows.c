// SPDX-License-Identifier: GPL-2.0-only
/* The self-test's lists: every class in every way, every field of a frame, every entry in silence.
 */
#include "campaign/selftest.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"
#include "task/layout.h"

#define QUIET_MS 150u
#define KINDS	 ((1u << XS_PLANT_KINDS) - 1)

#define FRAME  (1u << XS_LEG_FRAME)
#define RETURN (1u << XS_LEG_RETURN)
#define FORK   (1u << XS_LEG_FORK)
#define EXEC   (1u << XS_LEG_EXEC)
#define PTRACE (1u << XS_LEG_PTRACE)

#define FLIP	(1u << XS_PLANT_FLIP)
#define STALE	(1u << XS_PLANT_STALE)
#define FOREIGN (1u << XS_PLANT_FOREIGN)

#define BESIDE(pressure) (1 + XS_PRESSURE_##pressure)

/* What is planted in each class, and in which case. */
struct row {
	uint8_t how;
	uint8_t kinds; /* mask over enum xs_plant_kind: each by itself */
	uint8_t handler, abi, fault;
	uint8_t beside; /* BESIDE() a kind of pressure; 0: none */
	uint32_t legs;	/* 0: as its way says */
};

/* A plain signal. */
static const struct row plain_rows[] = {
	{ XS_PLANT_FRAME, KINDS, .beside = BESIDE(vector_process) },
	{ XS_PLANT_TRACER, KINDS, .beside = BESIDE(vector_process) },
	{ XS_PLANT_WORKER, KINDS, .beside = BESIDE(vector_process) },
	{ XS_PLANT_NEIGHBOUR, KINDS, .beside = BESIDE(vector_process) },
	/* Of what is planted on entry, a whole image, the kind says nothing. */
	{ XS_PLANT_ENTRY, FLIP, .beside = BESIDE(vector_process) },
	{ XS_PLANT_NESTED, FLIP, .handler = XS_HANDLER_nest, .beside = BESIDE(vector_process) },
};

/* Every other way of registers: 32-bit and edited frames, children, and what pressure finds. */
static const struct row axis_rows[] = {
	{ XS_PLANT_WRITTEN, FLIP | FOREIGN, .legs = FRAME | RETURN },
	/* It is the way that differs there, not the kind. */
	{ XS_PLANT_WRITTEN, FLIP, .abi = XS_ABI_ia32, .legs = FRAME | RETURN },
	{ XS_PLANT_FRAME, FLIP, .abi = XS_ABI_ia32 },
	{ XS_PLANT_WORKER, FLIP, .abi = XS_ABI_ia32 },
	{ XS_PLANT_WRITTEN, FLIP, .abi = XS_ABI_ia32_rt, .legs = FRAME | RETURN },
	{ XS_PLANT_FRAME, FLIP, .abi = XS_ABI_ia32_rt },
	{ XS_PLANT_WORKER, FLIP, .abi = XS_ABI_ia32_rt },
	{ XS_PLANT_FRAME, FLIP | STALE, .handler = XS_HANDLER_edit_values },
	{ XS_PLANT_WORKER, FLIP | FOREIGN, .handler = XS_HANDLER_fork,
	  .legs = FRAME | RETURN | FORK },
	{ XS_PLANT_FRAME, FLIP | FOREIGN, .handler = XS_HANDLER_clobber,
	  .fault = XS_STACK_memfd_dontneed },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(vector_thread), .legs = RETURN },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(kernel_fpu), .legs = RETURN },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(io_uring), .legs = RETURN },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(fifo), .legs = RETURN },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(hotplug), .legs = RETURN },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(fork), .legs = RETURN | FORK },
	{ XS_PLANT_NEIGHBOUR, FLIP, .beside = BESIDE(threads),
	  .legs = RETURN | FORK | XS_SELFTEST_LATER },
	{ XS_PLANT_FOUND, FLIP, .beside = BESIDE(exec), .legs = EXEC },
	{ XS_PLANT_FOUND, FLIP, .beside = BESIDE(ptrace), .legs = PTRACE },
};

/* Two workers with one class, and their neighbour, if any. */
static void case_for(struct xs_case *c, unsigned int class, unsigned int beside)
{
	xs_case_default(c);
	c->duration_ms = XS_SELFTEST_MS;
	c->registers = 1u << class;
	c->workers = 2;
	if (!beside)
		return;
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], beside - 1);
	c->pressure[0].registers = c->registers;
}

static bool plant_rows(struct xs_selftest *t, unsigned int class, const struct row *rows,
		       size_t count)
{
	struct xs_case c;

	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		case_for(&c, class, row->beside);
		c.handler = row->handler;
		c.abi = row->abi;
		c.fault = row->fault;
		if (c.fault != XS_STACK_none)
			c.restore = XS_MISSING_ALL;
		for (unsigned int kind = 0; kind < XS_PLANT_KINDS; kind++)
			if (row->kinds >> kind & 1 && xs_plant_possible(class, kind) &&
			    !xs_selftest_plant(t, &c, row->how, kind, class, row->legs))
				return false;
	}
	return true;
}

static void print_counts(const struct xs_selftest_counts *now,
			 const struct xs_selftest_counts *before, bool skips)
{
	printf("%u caught, %u missed", now->caught - before->caught, now->missed - before->missed);
	if (skips)
		printf(", %u skipped", now->skipped - before->skipped);
	if (now->deviating > before->deviating)
		printf(", %u where the target deviates", now->deviating - before->deviating);
	if (now->errors > before->errors)
		printf(", %u errors", now->errors - before->errors);
}

static void print_group(const struct xs_selftest *t, const char *name,
			const struct xs_selftest_counts *before, const char *what)
{
	printf("%-12s ", name);
	print_counts(&t->n, before, !what);
	printf("%s%s\n", what ? ": " : "", what ? what : "");
	fflush(stdout);
}

/* Every handler, with @c otherwise as it is. */
static bool quiet_handlers(struct xs_selftest *t, struct xs_case *c, uint32_t depth)
{
	c->signals = XS_SELFTEST_SIGNALS;
	for (unsigned int row = 0; row < XS_HANDLERS; row++) {
		const bool nests = xs_flags(XS_AXIS_HANDLER, row) & XS_HANDLER_NESTS;

		c->handler = (uint8_t)row;
		c->depth = nests ? depth : 1;
		if (!xs_selftest_silent(t, c, xs_name(XS_AXIS_HANDLER, row), nests ? 1 + depth : 1))
			return false;
	}
	return true;
}

static bool class_row(struct xs_selftest *t, unsigned int class)
{
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	case_for(&c, class, BESIDE(vector_process));
	if (!plant_rows(t, class, plain_rows, sizeof(plain_rows) / sizeof(plain_rows[0])) ||
	    !quiet_handlers(t, &c, 1))
		return false;
	print_group(t, xs_name(XS_AXIS_STATE, class), &before, NULL);
	return true;
}

static bool axes(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;

	for (unsigned int row = 0; row < XS_STATES; row++)
		if (t->r->session.registers >> row & 1 &&
		    !plant_rows(t, row, axis_rows, sizeof(axis_rows) / sizeof(axis_rows[0])))
			return false;
	print_group(t, "axes", &before, "32-bit and edited frames, children, programs, tracers");
	return true;
}

/* Every field of what a frame says of itself, in 64-bit and in 32-bit frames. */
static bool layouts(struct xs_selftest *t)
{
	const struct xs_cpu *cpu = xs_arena_cpu(t->r->session.arena);
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	case_for(&c, XS_STATE_sse, 0);
	for (unsigned int abi = 0; abi < XS_ABIS; abi++)
		for (unsigned int field = 0; field < XS_LAYOUT_FIELDS; field++) {
			c.abi = (uint8_t)abi;
			/* A small frame may end where the stack does: leave room above it. */
			c.boundary = field == XS_LAYOUT_ABOVE ? 0 : XS_BOUNDARY_NONE;
			if (xs_layout_has(field, cpu, abi != XS_ABI_x86_64, abi != XS_ABI_ia32) &&
			    !xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field, 0))
				return false;
		}
	print_group(t, "layout", &before,
		    "sw_bytes, headers, flags, alignment, red zone, memory above");
	return true;
}

/* A bad frame that is taken, a good one that is not, a worker that dies, and one that hangs. */
static bool endings(struct xs_selftest *t)
{
	static const uint8_t hows[] = { XS_PLANT_ACCEPT, XS_PLANT_REFUSE, XS_PLANT_KILL,
					XS_PLANT_HANG };
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	for (size_t i = 0; i < sizeof(hows); i++) {
		case_for(&c, XS_STATE_x87, BESIDE(vector_process));
		c.duration_ms = 60000;
		if (hows[i] == XS_PLANT_ACCEPT)
			c.handler = XS_HANDLER_bad_pointer;
		if (!xs_selftest_plant(t, &c, hows[i], XS_PLANT_FLIP, XS_STATE_x87, 0))
			return false;
	}
	print_group(t, "endings", &before,
		    "a bad frame taken, a good one refused, a lost stack, an endless handler");
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
	const struct xs_verdict *v = &t->r->outcome.verdict;
	const struct xs_evidence *e = &v->evidence;
	struct xs_case c;

	for (unsigned int row = 0; row < XS_STACKS; row++) {
		fault_case(&c, row);
		xs_runner_run(t->r, &c, (struct xs_run_options){ 0 });
		if (v->interrupted)
			return false;
		if (v->kind != XS_PASS || fault_took(row, e)) {
			xs_selftest_count(t, &c, xs_name(XS_AXIS_STACK, row), 1);
			continue;
		}
		t->n.unproved++;
		printf("  %s: of %llu sampled signals %llu faulted on save, %llu on restore\n",
		       xs_name(XS_AXIS_STACK, row), (unsigned long long)e->sampled,
		       (unsigned long long)e->faults_save, (unsigned long long)e->faults_restore);
	}
	return true;
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
		if (!xs_selftest_silent(t, &c, xs_name(XS_AXIS_SIGNAL, row), 0))
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
		if (!xs_selftest_silent(t, &c, xs_name(XS_AXIS_PRESSURE, row), 0))
			return false;
	}
	return true;
}

/* Every entry of the axes, with every class; and 32-bit frames with every handler. */
static bool quiet_entries(struct xs_selftest *t)
{
	struct xs_case c;

	if (!quiet_faults(t))
		return false;
	xs_case_default(&c);
	c.registers = (1u << XS_STATES) - 1;
	for (unsigned int abi = XS_ABI_ia32; abi < XS_ABIS; abi++) {
		c.abi = (uint8_t)abi;
		if (!quiet_handlers(t, &c, XS_DEPTH_MAX))
			return false;
	}
	/* Leaving by a jump what the next window needs in init state. */
	xs_case_default(&c);
	c.signals = XS_SELFTEST_SIGNALS;
	c.registers = 1u << XS_STATE_mxcsr;
	c.init = (1u << XS_STATES) - 1;
	c.handler = XS_HANDLER_jump;
	return xs_selftest_silent(t, &c, "jump, with init", 1) && quiet_sources(t) &&
	       quiet_pressure(t);
}

static void print_sums(const struct xs_selftest_counts *n)
{
	/* Errors are those of both kinds of runs, and have a line of their own. */
	const struct xs_selftest_counts none = { .errors = n->errors };

	printf("planted corruption: ");
	print_counts(n, &none, true);
	printf("%s\nnothing planted: %u silent, %u findings",
	       n->skipped ? " (ptrace is not allowed here)" : "", n->quiet, n->found);
	if (n->unproved)
		printf(", %u not fully proved", n->unproved);
	printf("\n");
	if (n->errors)
		printf("errors: %u runs could not be done, which says nothing about either\n",
		       n->errors);
	if (n->found || n->deviating)
		printf("A finding with nothing planted is the target's own, or a false alarm: "
		       "try it on another machine.\n");
}

int xs_selftest(struct xs_runner *r, bool verbose)
{
	struct xs_selftest t = { .r = r, .verbose = verbose };
	bool going = true;

	for (unsigned int row = 0; going && row < XS_STATES; row++)
		if (r->session.registers >> row & 1)
			going = class_row(&t, row);
		else
			printf("%-12s not on this machine\n", xs_name(XS_AXIS_STATE, row));
	going = going && axes(&t) && layouts(&t) && quiet_entries(&t) && endings(&t);
	print_sums(&t.n);
	if (t.n.missed || t.n.deviating || t.n.found || t.n.unproved)
		return 1;
	if (!going)
		return 128 + r->outcome.verdict.interrupted;
	if (t.n.errors)
		return 2;
	return t.n.caught ? 0 : 4;
}
