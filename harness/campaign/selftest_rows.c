// SPDX-License-Identifier: GPL-2.0-only
/* The self-test's lists: each class in every way, each field of a frame, each entry in silence. */
#include "campaign/selftest.h"
#include "plan/solo.h"
#include "pressure/pressure.h"
#include "stack/stack.h"
#include "state/state.h"
#include "task/layout.h"

#define QUIET_MS 150u
#define KINDS	 ((1u << XS_PLANT_KINDS) - 1)

#define FRAME  (1u << XS_LEG_FRAME)
#define RETURN (1u << XS_LEG_RETURN)
#define FORK   (1u << XS_LEG_FORK)

#define FLIP	(1u << XS_PLANT_FLIP)
#define STALE	(1u << XS_PLANT_STALE)
#define FOREIGN (1u << XS_PLANT_FOREIGN)

/* What is planted in each class, and in which cases: those of all entries that have the flags. */
struct row {
	uint8_t how;
	uint8_t kinds;		      /* mask over enum xs_plant_kind: each by itself */
	uint32_t handler, abi, fault; /* flags; 0: XS_DEFAULT */
	uint32_t legs;		      /* 0: as its way says */
};

/* A plain signal, beside a plain neighbour. */
static const struct row plain_rows[] = {
	{ .how = XS_PLANT_FRAME, .kinds = KINDS },
	{ .how = XS_PLANT_TRACER, .kinds = KINDS },
	{ .how = XS_PLANT_WORKER, .kinds = KINDS },
	{ .how = XS_PLANT_NEIGHBOUR, .kinds = KINDS },
	/* Of what is planted on entry, a whole image, the kind says nothing. */
	{ .how = XS_PLANT_ENTRY, .kinds = FLIP },
	{ .how = XS_PLANT_NESTED, .kinds = FLIP, .handler = XS_HANDLER_NESTS },
};

/* Every other way of a worker's registers: 32-bit and edited frames, and children. */
static const struct row axis_rows[] = {
	{ .how = XS_PLANT_WRITTEN, .kinds = FLIP | FOREIGN, .legs = FRAME | RETURN },
	/* It is the way that differs there, not the kind. */
	{ .how = XS_PLANT_WRITTEN, .kinds = FLIP, .abi = XS_ABI_COMPAT, .legs = FRAME | RETURN },
	{ .how = XS_PLANT_FRAME, .kinds = FLIP, .abi = XS_ABI_COMPAT },
	{ .how = XS_PLANT_WORKER, .kinds = FLIP, .abi = XS_ABI_COMPAT },
	{ .how = XS_PLANT_FRAME, .kinds = FLIP | STALE, .handler = XS_HANDLER_GIVES },
	{ .how = XS_PLANT_WORKER,
	  .kinds = FLIP | FOREIGN,
	  .handler = XS_FORKS,
	  .legs = FRAME | RETURN | FORK },
	{ .how = XS_PLANT_FRAME,
	  .kinds = FLIP | FOREIGN,
	  .handler = XS_HANDLER_OVERWRITES,
	  .fault = XS_STACK_RESTORES },
};

/* Those entries that have the flags; or, of a case that has the usual ones, its own. */
static uint32_t having(const struct xs_selftest *t, const struct xs_case *usual,
		       enum xs_axis_id axis, uint32_t flags)
{
	uint32_t rows[XS_AXES];

	xs_case_rows(usual, rows);
	return flags ? xs_rows(axis, t->here->rows[axis], flags, 0) : rows[axis];
}

/* Two workers with one class. */
static void case_for(const struct xs_selftest *t, struct xs_case *c, unsigned int class)
{
	xs_selftest_case(t, c);
	c->registers = 1u << class;
	c->workers = 2;
}

/* @c: a case with one class. */
static bool plant_row(struct xs_selftest *t, struct xs_case *c, const struct row *row)
{
	const unsigned int class = (unsigned int)__builtin_ctz(c->registers);

	for (unsigned int kind = 0; kind < XS_PLANT_KINDS; kind++)
		if (row->kinds >> kind & 1 && xs_plant_possible(class, kind) &&
		    !xs_selftest_plant(t, c, row->how, kind, class, row->legs))
			return false;
	return true;
}

static bool plant_rows(struct xs_selftest *t, const struct xs_case *c, const struct row *rows,
		       size_t count)
{
	for (const struct row *row = rows; row < rows + count; row++) {
		const uint32_t abis = having(t, c, XS_AXIS_ABI, row->abi);
		const uint32_t faults = having(t, c, XS_AXIS_STACK, row->fault);
		uint32_t left = having(t, c, XS_AXIS_HANDLER, row->handler);
		struct xs_case variant = *c;

		if (!faults || (!row->handler && !xs_selftest_is_plain(c)))
			continue;
		variant.fault = (uint8_t)__builtin_ctz(faults);
		if (row->fault)
			variant.restore = XS_MISSING_ALL;
		for (; left; left &= left - 1)
			for (uint32_t abi = 0; abi < xs_axes[XS_AXIS_ABI].rows; abi++) {
				variant.handler = (uint8_t)__builtin_ctz(left);
				variant.abi = (uint8_t)abi;
				if (abis >> abi & 1 && !plant_row(t, &variant, row))
					return false;
			}
	}
	return true;
}

/* In every other kind of pressure that holds registers. */
static bool plant_pressures(struct xs_selftest *t, unsigned int class)
{
	uint32_t left = xs_some(t->here, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0);
	struct xs_case c;

	/* The plain one is beside the plain rows. */
	case_for(t, &c, class);
	if (xs_selftest_neighbour(t, &c))
		left &= ~(1u << c.pressure[0].kind);
	for (; left; left &= left - 1) {
		const struct xs_pressure *p = xs_pressure((unsigned int)__builtin_ctz(left));
		const struct row row = { p->plant ? (uint8_t)p->plant : XS_PLANT_NEIGHBOUR, FLIP,
					 .legs = p->legs };

		case_for(t, &c, class);
		xs_selftest_pressure(&c, (unsigned int)__builtin_ctz(left));
		if (!plant_row(t, &c, &row))
			return false;
	}
	return true;
}

/* Every handler, with @c otherwise as it is. */
static bool quiet_handlers(struct xs_selftest *t, struct xs_case *c, uint32_t depth)
{
	c->signals = XS_SELFTEST_SIGNALS;
	for (unsigned int row = 0; row < xs_axes[XS_AXIS_HANDLER].rows; row++) {
		const bool nests = xs_flags(XS_AXIS_HANDLER, row) & XS_HANDLER_NESTS;

		c->handler = (uint8_t)row;
		c->depth = nests ? depth : 1;
		if (!xs_selftest_silent(t, c, xs_name(XS_AXIS_HANDLER, row), true))
			return false;
	}
	return true;
}

static bool class_row(struct xs_selftest *t, unsigned int class)
{
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	case_for(t, &c, class);
	xs_selftest_neighbour(t, &c);
	if (!plant_rows(t, &c, plain_rows, sizeof(plain_rows) / sizeof(plain_rows[0])) ||
	    !quiet_handlers(t, &c, 1))
		return false;
	xs_selftest_print(t, xs_name(XS_AXIS_STATE, class), &before, NULL);
	return true;
}

static bool axes(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	for (uint32_t left = t->r->session.registers; left; left &= left - 1) {
		const unsigned int class = (unsigned int)__builtin_ctz(left);

		case_for(t, &c, class);
		if (!plant_rows(t, &c, axis_rows, sizeof(axis_rows) / sizeof(axis_rows[0])) ||
		    !plant_pressures(t, class))
			return false;
	}
	xs_selftest_print(t, "axes", &before,
			  "32-bit and edited frames, children, programs, tracers");
	return true;
}

/* Every field of what a frame says of itself, in 64-bit and in 32-bit frames. */
static bool layouts(struct xs_selftest *t)
{
	const struct xs_cpu *cpu = xs_arena_cpu(t->r->session.arena);
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	case_for(t, &c, xs_repertoire_usual(t->here, XS_AXIS_STATE));
	if (!xs_selftest_is_plain(&c))
		return true;
	for (unsigned int abi = 0; abi < xs_axes[XS_AXIS_ABI].rows; abi++)
		for (unsigned int field = 0; field < XS_LAYOUT_FIELDS; field++) {
			const uint32_t flags = xs_flags(XS_AXIS_ABI, abi);
			const bool compat = flags & XS_ABI_COMPAT;

			c.abi = (uint8_t)abi;
			/* A small frame may end where the stack does: leave room above it. */
			c.boundary = field == XS_LAYOUT_ABOVE ? 0 : XS_BOUNDARY_NONE;
			if (xs_layout_has(field, cpu, compat, !compat || flags & XS_ABI_RT) &&
			    !xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field, 0))
				return false;
		}
	/* And of what a core file says. */
	c.abi = xs_repertoire_usual(t->here, XS_AXIS_ABI);
	c.boundary = XS_BOUNDARY_NONE;
	for (unsigned int field = XS_LAYOUT_CORE; field < XS_LAYOUT_FIELDS; field++)
		if (xs_selftest_proving(t, &c, XS_LEG_CORE) &&
		    !xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field, 0))
			return false;
	xs_selftest_print(t, "layout", &before,
			  "sw_bytes, headers, flags, alignment, memory around, si_code, core files");
	return xs_selftest_shadow(t);
}

/* In each pressure that proves a tracer's writes, not in @c's, with a class that shows them. */
static bool plant_traced(struct xs_selftest *t, struct xs_case *c)
{
	uint32_t kinds = xs_some(t->here, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0);
	uint32_t classes = t->here->rows[XS_AXIS_STATE];

	while (classes && xs_state(xs_nth(classes, 0))->span[0].file != XS_FILE_MXCSR)
		classes &= classes - 1;
	c->registers = classes & -classes;
	for (; classes && !t->here->contract && kinds; kinds &= kinds - 1) {
		if (!(xs_pressure(xs_nth(kinds, 0))->legs >> XS_LEG_PTRACE & 1))
			continue;
		xs_selftest_pressure(c, xs_nth(kinds, 0));
		if (!xs_selftest_plant(t, c, XS_PLANT_TAKEN, XS_PLANT_FLIP, xs_nth(classes, 0), 0))
			return false;
	}
	return true;
}

/* A bad frame, or write, that is taken, a good one that is not, a worker that dies, or hangs. */
static bool endings(struct xs_selftest *t)
{
	static const uint8_t hows[] = { XS_PLANT_ACCEPT, XS_PLANT_REFUSE, XS_PLANT_KILL,
					XS_PLANT_HANG };
	const struct xs_selftest_counts before = t->n;
	const uint8_t class = xs_repertoire_usual(t->here, XS_AXIS_STATE);
	const uint32_t refused =
		xs_some(t->here, XS_AXIS_HANDLER, XS_HANDLER_REFUSED | XS_HANDLER_POINTS, 0);
	struct xs_case c;

	for (size_t i = 0; i < sizeof(hows); i++) {
		case_for(t, &c, class);
		xs_selftest_neighbour(t, &c);
		c.duration_ms = 60000;
		if (hows[i] == XS_PLANT_ACCEPT ? !refused : !xs_selftest_is_plain(&c))
			continue;
		if (hows[i] == XS_PLANT_ACCEPT)
			c.handler = xs_nth(refused, 0);
		if (!xs_selftest_plant(t, &c, hows[i], XS_PLANT_FLIP, class, 0))
			return false;
	}
	case_for(t, &c, class);
	c.duration_ms = 60000;
	if (!plant_traced(t, &c))
		return false;
	xs_selftest_print(t, "endings", &before,
			  "bad frames and writes taken, a good one refused, a lost stack, no end");
	return true;
}

/* A case in which @row has to make each frame fault, or fail. */
static void fault_case(const struct xs_selftest *t, struct xs_case *c, unsigned int row)
{
	const uint32_t flags = xs_flags(XS_AXIS_STACK, row);

	xs_selftest_case(t, c);
	c->signals = XS_SELFTEST_SIGNALS;
	c->fault = (uint8_t)row;
	c->boundary = 256;
	if (!(flags & XS_STACK_STAYS))
		c->missing = XS_MISSING_UPPER;
	if (flags & XS_STACK_REFUSES) {
		/* Between fpstate and the rest of the frame. */
		c->boundary = 0;
		c->missing = XS_MISSING_LOWER;
	}
	if (flags & XS_STACK_RESTORES) {
		c->handler = xs_selftest_first(t, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
		if (xs_selftest_is_plain(c)) /* else sigreturn may not come to read them */
			c->restore = XS_MISSING_UPPER;
	}
}

/* Whether each measured signal did what its method is for; where pages stay no frame faults. */
static bool fault_took(const struct xs_case *c, const struct xs_evidence *e)
{
	const uint32_t flags = xs_flags(XS_AXIS_STACK, c->fault);

	if (flags & XS_STACK_REFUSES)
		return e->refused == e->signals;
	if (c->restore != XS_MISSING_NONE && e->faults_restore != e->sampled)
		return false;
	return e->faults_save == (xs_stack_faults(flags) ? e->sampled : 0);
}

static bool quiet_faults(struct xs_selftest *t)
{
	const struct xs_verdict *v = &t->r->outcome.verdict;
	const struct xs_evidence *e = &v->evidence;
	struct xs_case c;
	bool plain;

	/* A handler may have faults of its own. */
	xs_selftest_case(t, &c);
	plain = xs_selftest_is_plain(&c);
	for (unsigned int row = 0; row < xs_axes[XS_AXIS_STACK].rows; row++) {
		fault_case(t, &c, row);
		xs_runner_run(t->r, &c, (struct xs_run_options){ 0 });
		if (v->interrupted)
			return false;
		if (v->kind != XS_PASS || !plain || fault_took(&c, e)) {
			xs_selftest_count(t, &c, xs_name(XS_AXIS_STACK, row), true);
			continue;
		}
		t->n.unproved++;
		printf("  %s: of %llu sampled signals %llu faulted on save, %llu on restore\n",
		       xs_name(XS_AXIS_STACK, row), (unsigned long long)e->sampled,
		       (unsigned long long)e->faults_save, (unsigned long long)e->faults_restore);
	}
	return true;
}

/* Each row of the sources or of pressure, with every class. */
static bool quiet_rows(struct xs_selftest *t, enum xs_axis_id axis)
{
	struct xs_case c;

	for (unsigned int row = 0; row < xs_axes[axis].rows; row++) {
		xs_selftest_case(t, &c);
		c.duration_ms = QUIET_MS;
		c.registers = xs_all_rows(XS_AXIS_STATE);
		if (axis == XS_AXIS_SIGNAL) {
			c.handler = xs_selftest_first(t, XS_AXIS_HANDLER, XS_HANDLER_OVERWRITES);
			c.signal = (uint8_t)row;
		} else if (axis == XS_AXIS_HOLD) {
			/* Each signal comes from somebody else, after some turns. */
			c.hold = (uint8_t)row;
			c.signal = xs_selftest_first(t, XS_AXIS_SIGNAL, XS_SIGNAL_REMOTE);
		} else {
			xs_selftest_pressure(&c, row);
		}
		if (!xs_selftest_silent(t, &c, xs_name(axis, row), false))
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
	xs_selftest_case(t, &c);
	c.registers = xs_all_rows(XS_AXIS_STATE);
	for (uint32_t left = having(t, &c, XS_AXIS_ABI, XS_ABI_COMPAT); left; left &= left - 1) {
		c.abi = (uint8_t)__builtin_ctz(left);
		if (!quiet_handlers(t, &c, XS_DEPTH_MAX))
			return false;
	}
	/* Leaving by a jump what the next window needs in init state. */
	xs_selftest_case(t, &c);
	c.signals = XS_SELFTEST_SIGNALS;
	c.registers = 1u << xs_selftest_first(t, XS_AXIS_STATE, XS_STATE_SCALAR);
	c.init = xs_all_rows(XS_AXIS_STATE);
	c.handler = xs_first(XS_AXIS_HANDLER, XS_HANDLER_JUMPS);
	return xs_selftest_silent(t, &c, "jump, with init", true) &&
	       quiet_rows(t, XS_AXIS_SIGNAL) && quiet_rows(t, XS_AXIS_HOLD) &&
	       quiet_rows(t, XS_AXIS_PRESSURE);
}

int xs_selftest(struct xs_runner *r, bool verbose)
{
	struct xs_selftest t = { .r = r,
				 .here = xs_session_repertoire(&r->session),
				 .verbose = verbose };
	bool going = true;

	for (unsigned int row = 0; going && row < xs_axes[XS_AXIS_STATE].rows; row++)
		if (r->session.registers >> row & 1)
			going = class_row(&t, row);
		else if (!(t.here->left_out[XS_AXIS_STATE] >> row & 1))
			printf("%-12s not on this machine\n", xs_name(XS_AXIS_STATE, row));
	going = going && axes(&t) && layouts(&t) && quiet_entries(&t) && endings(&t);
	xs_selftest_print_sums(&t.n);
	if (t.n.missed || t.n.deviating || t.n.found || t.n.unproved)
		return 1;
	if (!going)
		return 128 + r->outcome.verdict.interrupted;
	if (t.n.errors)
		return 2;
	return t.n.caught ? 0 : 4;
}
