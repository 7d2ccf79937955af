// SPDX-License-Identifier: GPL-2.0-only
/* Plants corruption once and sees whether it is found, all of it, and nothing else. */
#include "campaign/selftest.h"

#include <errno.h>
#include <stdlib.h>

#include "plan/solo.h"
#include "pressure/pressure.h"
#include "report/names.h"
#include "state/state.h"
#include "task/layout.h"

#define AT	3u /* in the third window: there is an older generation to go back to */
#define OWNER	1u /* the second worker */
#define HANG_MS 1000u
#define LONGER	50u /* as many signals, for a second try */

struct xs_selftest_expected xs_selftest_expect(const struct xs_plant *p, uint32_t legs)
{
	static const uint8_t class_of[XS_PLANT_KINDS] = {
		[XS_PLANT_FLIP] = XS_CLASS_FLIPPED, [XS_PLANT_ZERO] = XS_CLASS_INIT,
		[XS_PLANT_STALE] = XS_CLASS_STALE,  [XS_PLANT_FOREIGN] = XS_CLASS_FOREIGN,
		[XS_PLANT_SWAP] = XS_CLASS_SHIFTED,
	};
	/* Zero: corrupt, on return, of the class that its kind has. */
	static const struct xs_selftest_expected ways[XS_PLANT_HOWS] = {
		/* What it loaded goes into the frame, too. */
		[XS_PLANT_WORKER] = { .legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_FRAME },
		[XS_PLANT_NESTED] = { .legs = 1u << XS_LEG_RETURN | 1u << XS_LEG_FRAME,
				      .depth = 1 },
		[XS_PLANT_FOUND] = { .neighbour = true },
		[XS_PLANT_NEIGHBOUR] = { .neighbour = true },
		/* The task's own values, where init state belongs. */
		[XS_PLANT_ENTRY] = { .legs = 1u << XS_LEG_HANDLER, .class = XS_CLASS_STALE },
		[XS_PLANT_LAYOUT] = { .legs = 1u << XS_LEG_LAYOUT, .class = XS_CLASS_UNKNOWN },
		/* The task's own values, where a refused frame leaves init state; and the reverse.
		 */
		[XS_PLANT_ACCEPT] = { .verdict = XS_ACCEPTED, .class = XS_CLASS_STALE },
		[XS_PLANT_TAKEN] = { .legs = 1u << XS_LEG_PTRACE,
				     .verdict = XS_ACCEPTED,
				     .neighbour = true },
		[XS_PLANT_REFUSE] = { .verdict = XS_REFUSED, .class = XS_CLASS_INIT },
		[XS_PLANT_KILL] = { .verdict = XS_KILLED },
		[XS_PLANT_HANG] = { .verdict = XS_HANG },
		[XS_PLANT_SHADOW] = { .verdict = XS_KILLED },
	};
	struct xs_selftest_expected e = ways[p->how];

	if (!e.verdict)
		e.verdict = XS_CORRUPT;
	if (p->how == XS_PLANT_LAYOUT)
		e.neighbour = p->class >= XS_LAYOUT_NO_FRAME;
	if (!e.class)
		e.class = class_of[p->kind];
	if (!e.legs)
		e.legs = 1u << XS_LEG_RETURN;
	if (legs)
		e.legs = legs;
	return e;
}

uint8_t xs_selftest_first(const struct xs_selftest *t, enum xs_axis_id axis, uint32_t flags)
{
	const uint32_t rows = xs_some(t->here, axis, flags, 0);

	return rows ? xs_nth(rows, 0) : xs_repertoire_usual(t->here, axis);
}

/* What makes the difference where a plant is found. */
static const uint32_t odd[XS_AXES] = {
	[XS_AXIS_SIGNAL] = XS_SIGNAL_REMOTE,
	[XS_AXIS_HANDLER] = XS_HANDLER_ENDS | XS_HANDLER_NESTS | XS_HANDLER_MOVES | XS_FORKS,
	[XS_AXIS_STACK] = XS_STACK_REFUSES,
};

static void take_plain(const struct xs_selftest *t, enum xs_axis_id axis, uint8_t *row)
{
	const uint32_t rows = xs_some(t->here, axis, 0, odd[axis]);

	if (xs_flags(axis, *row) & odd[axis] && rows)
		*row = xs_nth(rows, 0);
}

void xs_selftest_case(const struct xs_selftest *t, struct xs_case *c)
{
	xs_repertoire_default(t->here, c);
	take_plain(t, XS_AXIS_SIGNAL, &c->signal);
	take_plain(t, XS_AXIS_HANDLER, &c->handler);
	take_plain(t, XS_AXIS_STACK, &c->fault);
	xs_schedule_agree(c, t->here);
	c->duration_ms = XS_SELFTEST_MS;
}

bool xs_selftest_is_plain(const struct xs_case *c)
{
	return !(xs_flags(XS_AXIS_SIGNAL, c->signal) & odd[XS_AXIS_SIGNAL]) &&
	       !(xs_flags(XS_AXIS_HANDLER, c->handler) & odd[XS_AXIS_HANDLER]) &&
	       !(xs_flags(XS_AXIS_STACK, c->fault) & odd[XS_AXIS_STACK]);
}

void xs_selftest_pressure(struct xs_case *c, unsigned int kind)
{
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], kind);
	if (!(xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR))
		return;
	c->pressure[0].registers = c->registers;
	c->pressure[0].hold = c->hold;
}

bool xs_selftest_neighbour(const struct xs_selftest *t, struct xs_case *c)
{
	const uint32_t kinds =
		xs_some(t->here, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR | XS_PRESSURE_PLAIN, 0);

	if (kinds)
		xs_selftest_pressure(c, xs_nth(kinds, 0));
	return kinds;
}

bool xs_selftest_proving(const struct xs_selftest *t, struct xs_case *c, enum xs_leg leg)
{
	uint32_t kinds = xs_some(t->here, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0);

	while (kinds && !(xs_pressure(xs_nth(kinds, 0))->legs >> leg & 1))
		kinds &= kinds - 1;
	if (kinds)
		xs_selftest_pressure(c, xs_nth(kinds, 0));
	return kinds;
}

/* The first worker's: behind all workers, its sender and its resolver. */
static uint32_t first_neighbour(const struct xs_case *c)
{
	return c->workers + xs_plan_tasks_each(c) - 1 - c->pressure[0].count;
}

static const char *wrong_finding(const struct xs_finding *f, const struct xs_case *c,
				 const struct xs_plant *p, const struct xs_selftest_expected *e,
				 uint64_t planted_iteration)
{
	if (f->record->task != (e->neighbour ? first_neighbour(c) : 0))
		return "another task found it";
	if (f->record->depth != e->depth)
		return "it was found at another depth";
	if (!(e->legs & XS_PLANT_LATER) && f->record->iteration != planted_iteration)
		return "it was found in another iteration";
	if (f->class != e->class)
		return "it was classified wrong";
	if (f->by_class[f->class] != f->lanes)
		return "some lanes were classified wrong";
	if (p->kind == XS_PLANT_FOREIGN && e->class == XS_CLASS_FOREIGN && f->owner_known &&
	    f->owner != p->owner)
		return "the wrong owner was named";
	return NULL;
}

const char *xs_selftest_wrong(const struct xs_outcome *o, const struct xs_case *c,
			      const struct xs_plant *p, const struct xs_selftest_expected *e)
{
	uint32_t legs = e->legs & XS_PLANT_LATER;

	if (!o->ending.planted)
		return "nothing was planted";
	if (o->verdict.kind != e->verdict)
		return "the verdict is wrong";
	for (uint32_t i = 0; i < o->verdict.findings; i++) {
		const struct xs_finding *f = &o->verdict.finding[i];
		const char *wrong = wrong_finding(f, c, p, e, o->ending.planted_iteration);

		if (wrong)
			return wrong;
		legs |= 1u << f->record->leg;
	}
	if (e->verdict == XS_CORRUPT && legs != e->legs)
		return "it was found on other legs";
	return NULL;
}

/* The report on the last run, to be freed: the next one takes the memory that it is about. */
static char *report_of(const struct xs_result *result)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	xs_report_verdict(f, "      ", result);
	fclose(f);
	return text;
}

/* What a finding without a plant is, in one line: the whole of it stands in the silent runs. */
static void say_deviates(const struct xs_verdict *v)
{
	const struct xs_finding *f = &v->finding[0];

	printf("    the target itself deviates here: %s", xs_verdict_names[v->kind]);
	if (v->findings)
		printf(", wrong registers %s: %s",
		       xs_leg_words(f->record->leg, f->record->signalled),
		       xs_class_names[f->class]);
	printf("; so this plant proves nothing\n");
}

/*
 * A plant was not found as it must be. Whose fault that is, the same case without it tells: what
 * is wrong there is the target's. Return: whether to go on.
 */
static bool blame(struct xs_selftest *t, const struct xs_result *result, const char *wrong)
{
	const bool done = result->verdict->kind != XS_ERROR && result->ending->planted;
	const struct xs_run_options options = { .hang_ms = HANG_MS, .brief = true };
	const struct xs_verdict *v = &t->r->outcome.verdict;
	char *report = report_of(result);
	struct xs_case plain = *result->c;

	plain.signals = XS_SELFTEST_SIGNALS;
	plain.duration_ms = XS_SELFTEST_MS;
	/* What was not planted may be so because the target did not let it get that far. */
	xs_runner_run(t->r, &plain, options);
	if (!v->interrupted && xs_verdict_is_bad(v->kind)) {
		t->n.deviating++;
		say_deviates(v);
	} else {
		t->n.missed += done;
		t->n.errors += !done;
		printf("    %s: %s\n%s", done ? "MISSED" : "ERROR", wrong, report ? report : "");
	}
	free(report);
	return !v->interrupted;
}

bool xs_selftest_plant(struct xs_selftest *t, const struct xs_case *c, enum xs_plant_how how,
		       enum xs_plant_kind kind, unsigned int class, uint32_t legs)
{
	const struct xs_plant p = { .how = (uint8_t)how,
				    .kind = (uint8_t)kind,
				    .class = (uint8_t) class,
				    .owner = OWNER,
				    .at = AT };
	const struct xs_run_options options = { .plant = p, .hang_ms = HANG_MS };
	struct xs_selftest_expected e = xs_selftest_expect(&p, legs);
	struct xs_result result;
	const char *wrong;

	/* With what a filter leaves nobody would find it, or plant it: a tracer, in 32-bit code. */
	e.legs &= ~t->here->legs_out;
	if ((e.neighbour && !c->pressures) ||
	    (how == XS_PLANT_TRACER && xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT) ||
	    (e.verdict == XS_CORRUPT && !(e.legs & ((1u << XS_LEGS) - 1))))
		return true;
	result = xs_runner_run(t->r, c, options);
	if (result.verdict->kind == XS_SKIP)
		return true;
	/* On a starved machine a tracer may not meet the worker in time. */
	if (!result.ending->planted && !result.verdict->interrupted)
		result = xs_runner_run(t->r, c, options);
	if (result.verdict->interrupted)
		return false;
	if (how == XS_PLANT_TRACER && result.ending->error == -EPERM) {
		t->n.skipped++;
		return true;
	}
	wrong = xs_selftest_wrong(&t->r->outcome, c, &p, &e);
	if (t->verbose || wrong)
		printf("  %-12s %-10s %-8s %s\n",
		       how == XS_PLANT_LAYOUT ? xs_layout_forms[class].name
					      : xs_name(XS_AXIS_STATE, class),
		       xs_plant_how_names[how], xs_plant_kind_names[kind],
		       wrong ? "" : xs_class_names[e.class]);
	if (wrong)
		return blame(t, &result, wrong);
	t->n.caught++;
	return true;
}

/* Whether every signal was proved at every depth, on the legs that are judged. */
static bool proves_all(const struct xs_selftest *t, const struct xs_case *c,
		       const struct xs_evidence *e)
{
	const bool nests = xs_flags(XS_AXIS_HANDLER, c->handler) & XS_HANDLER_NESTS;
	const uint64_t deliveries = (nests ? 1 + c->depth : 1) * e->signals;
	const uint32_t out = t->here->legs_out;

	/* Of several signals in a window the last is proved. */
	if (xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REPEATS)
		return true;
	return (out >> XS_LEG_FRAME & 1 || e->frames == deliveries) &&
	       (out >> XS_LEG_HANDLER & 1 || e->entries == deliveries) &&
	       (out >> XS_LEG_RETURN & 1 || e->checks >= e->signals);
}

void xs_selftest_count(struct xs_selftest *t, const struct xs_case *c, const char *what, bool all)
{
	const struct xs_result result = xs_runner_result(t->r, c);
	const enum xs_verdict_kind kind = result.verdict->kind;
	const struct xs_evidence *e = &result.verdict->evidence;

	if (kind == XS_PASS && (!all || proves_all(t, c, e))) {
		t->n.quiet++;
		return;
	}
	if (kind == XS_SKIP)
		return;
	if (kind == XS_ERROR)
		t->n.errors++;
	else if (xs_verdict_is_bad(kind))
		t->n.found++;
	else
		t->n.unproved++;
	printf("  with nothing planted, %s:\n", what);
	xs_report_verdict(stdout, "    ", &result);
}

bool xs_selftest_silent(struct xs_selftest *t, const struct xs_case *c, const char *what, bool all)
{
	const struct xs_verdict *v = &t->r->outcome.verdict;
	struct xs_case longer = *c;

	xs_runner_run(t->r, c, (struct xs_run_options){ 0 });
	/* A few signals are over before a neighbour gets to run on a loaded machine. */
	if (v->kind == XS_INCONCLUSIVE && !v->interrupted) {
		longer.signals *= LONGER;
		longer.duration_ms = XS_SELFTEST_MS / 2;
		xs_runner_run(t->r, &longer, (struct xs_run_options){ 0 });
	}
	if (v->interrupted)
		return false;
	xs_selftest_count(t, c, what, all);
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

void xs_selftest_print(const struct xs_selftest *t, const char *name,
		       const struct xs_selftest_counts *before, const char *what)
{
	printf("%-12s ", name);
	print_counts(&t->n, before, !what);
	printf("%s%s\n", what ? ": " : "", what ? what : "");
	fflush(stdout);
}

void xs_selftest_print_sums(const struct xs_selftest_counts *n)
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
