// SPDX-License-Identifier: GPL-2.0-only
/* xsavage selftest: plants corruption, and must see it, all of it, and nothing else. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "cmd/cmd.h"
#include "cmd/common.h"
#include "campaign/selftest.h"
#include "task/layout.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "report/names.h"

#define HANG_MS 1000u

static const struct argp_option option_table[] = {
	{ "verbose", 'v', NULL, 0, "a line for each planted corruption, not only for each row", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct xs_selftest *t = state->input;

	(void)arg;
	if (key == ARGP_KEY_ARG)
		argp_error(state, "it takes no file");
	if (key != 'v')
		return ARGP_ERR_UNKNOWN;
	t->verbose = true;
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.doc = "Proves that xsavage would see what it looks for. For every register class that "
	       "this CPU has, each kind of corruption (flipped bits, init state, the task's older "
	       "values, another worker's values, exchanged registers) is planted in each way (the "
	       "handler edits the frame, a tracer writes the registers, the worker or a neighbour "
	       "loads something else), and must be found in the same iteration, classified right, "
	       "with no other finding. Then the same runs without a plant must stay silent.\v"
	       "A plant that is not found as it should be is no miss where the same run without it "
	       "has a finding: the kernel deviates itself there, and the plant proves nothing. Nor "
	       "is one whose run could not be done.\n\n"
	       "Exit code: 0 when all was seen and nothing else was, 1 when not, 4 when nothing "
	       "could be planted, 2 when the harness could not do its work.",
};

/* What a planted corruption must be found as. */
struct expectation {
	enum xs_verdict_kind verdict;
	enum xs_class class;
	uint32_t task, depth;
	uint32_t legs; /* mask over enum xs_leg: exactly these report it */
	bool any_iteration;
};

void xs_selftest_case(struct xs_case *c, unsigned int class)
{
	xs_case_default(c);
	c->duration_ms = XS_SELFTEST_MS;
	c->registers = 1u << class;
	c->workers = 2;
}

static void case_for(struct xs_case *c, unsigned int class)
{
	xs_selftest_case(c, class);
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], XS_PRESSURE_vector_process);
	c->pressure[0].registers = c->registers;
}

static void expect(struct expectation *e, const struct xs_plant *p, const struct xs_case *c)
{
	static const uint8_t class_of[XS_PLANT_KINDS] = {
		[XS_PLANT_FLIP] = XS_CLASS_FLIPPED, [XS_PLANT_ZERO] = XS_CLASS_INIT,
		[XS_PLANT_STALE] = XS_CLASS_STALE,  [XS_PLANT_FOREIGN] = XS_CLASS_FOREIGN,
		[XS_PLANT_SWAP] = XS_CLASS_SHIFTED,
	};

	*e = (struct expectation){ .verdict = XS_CORRUPT,
				   .class = class_of[p->kind],
				   .legs = 1u << XS_LEG_RETURN };
	switch (p->how) {
	case XS_PLANT_WORKER: /* and what it loaded goes into the frame */
		e->legs |= 1u << XS_LEG_FRAME;
		break;
	case XS_PLANT_NESTED:
		e->legs |= 1u << XS_LEG_FRAME;
		e->depth = 1;
		break;
	case XS_PLANT_FOUND:
	case XS_PLANT_NEIGHBOUR: /* the first task behind the workers */
		e->task = c->workers;
		break;
	case XS_PLANT_ENTRY: /* the task's own values, where init state belongs */
		e->legs = 1u << XS_LEG_HANDLER;
		e->class = XS_CLASS_STALE;
		break;
	case XS_PLANT_LAYOUT:
		e->legs = 1u << XS_LEG_LAYOUT;
		e->class = XS_CLASS_UNKNOWN;
		break;
	case XS_PLANT_ACCEPT: /* the task's own values, where a refused frame leaves init state */
		e->verdict = XS_ACCEPTED;
		e->class = XS_CLASS_STALE;
		break;
	case XS_PLANT_REFUSE: /* and the reverse */
		e->verdict = XS_REFUSED;
		e->class = XS_CLASS_INIT;
		break;
	case XS_PLANT_KILL:
		e->verdict = XS_KILLED;
		break;
	case XS_PLANT_HANG:
		e->verdict = XS_HANG;
		break;
	default:
		break;
	}
}

/* What is wrong with a finding, or NULL. */
static const char *wrong_finding(const struct xs_finding *f, const struct expectation *e,
				 const struct xs_plant *p, const struct xs_ending *ending)
{
	if (f->record->task != e->task)
		return "another task found it";
	if (f->record->depth != e->depth)
		return "it was found at another depth";
	if (!e->any_iteration && f->record->iteration != ending->planted_iteration)
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

static const char *wrong_verdict(const struct xs_outcome *o, const struct expectation *e,
				 const struct xs_plant *p)
{
	uint32_t legs = 0;

	if (!o->ending.planted)
		return "nothing was planted";
	if (o->verdict.kind != e->verdict)
		return "the verdict is wrong";
	for (uint32_t i = 0; i < o->verdict.findings; i++) {
		const char *wrong = wrong_finding(&o->verdict.finding[i], e, p, &o->ending);

		if (wrong)
			return wrong;
		legs |= 1u << o->verdict.finding[i].record->leg;
	}
	if (e->verdict == XS_CORRUPT && legs != e->legs)
		return "it was found on other legs";
	return NULL;
}

/* The report on the last run, to be freed: the next one takes the memory that it is about. */
static char *report_of(const struct xs_selftest *t, const struct xs_case *c)
{
	const struct xs_result r = { .c = c,
				     .plan = &t->outcome.plan,
				     .verdict = &t->outcome.verdict,
				     .ending = &t->outcome.ending };
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	xs_report_verdict(f, "      ", &r);
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
static bool blame(struct xs_selftest *t, const struct xs_case *c, const char *wrong)
{
	const bool done = t->outcome.verdict.kind != XS_ERROR && t->outcome.ending.planted;
	const struct xs_run_options options = { .hang_ms = HANG_MS, .brief = true };
	char *report = report_of(t, c);
	struct xs_case plain = *c;
	bool deviates = false;

	plain.signals = XS_SELFTEST_SIGNALS;
	plain.duration_ms = XS_SELFTEST_MS;
	/* What was not planted may be so because the target did not let it get that far. */
	xs_session_run(&t->session, &plain, &options, &t->outcome);
	if (!t->outcome.verdict.interrupted)
		deviates = xs_verdict_is_bad(t->outcome.verdict.kind);
	if (deviates) {
		t->n.deviating++;
		say_deviates(&t->outcome.verdict);
	} else {
		t->n.missed += done;
		t->n.errors += !done;
		printf("    %s: %s\n%s", done ? "MISSED" : "ERROR", wrong, report ? report : "");
	}
	free(report);
	return !t->outcome.verdict.interrupted;
}

bool xs_selftest_plant(struct xs_selftest *t, const struct xs_case *c, const struct xs_plant *p,
		       const struct xs_selftest_where *where)
{
	const struct xs_run_options options = { .plant = *p, .hang_ms = HANG_MS };
	struct expectation e;
	const char *wrong;

	expect(&e, p, c);
	e.any_iteration = where->any_iteration;
	if (where->legs)
		e.legs = where->legs;
	xs_session_run(&t->session, c, &options, &t->outcome);
	/* On a starved machine a tracer may not meet the worker in time. */
	if (!t->outcome.ending.planted && !t->outcome.verdict.interrupted)
		xs_session_run(&t->session, c, &options, &t->outcome);
	if (t->outcome.verdict.interrupted)
		return false;
	if (p->how == XS_PLANT_TRACER && t->outcome.ending.error == -EPERM) {
		t->n.skipped++;
		return true;
	}
	wrong = wrong_verdict(&t->outcome, &e, p);
	if (t->verbose || wrong)
		printf("  %-12s %-10s %-8s %s\n",
		       p->how == XS_PLANT_LAYOUT ? xs_layout_names[p->class]
						 : xs_name(XS_AXIS_STATE, p->class),
		       xs_plant_how_names[p->how], xs_plant_kind_names[p->kind],
		       wrong ? "" : xs_class_names[e.class]);
	if (wrong)
		return blame(t, c, wrong);
	t->n.caught++;
	return true;
}

static bool plant(struct xs_selftest *t, const struct xs_case *c, const struct xs_plant *p)
{
	static const struct xs_selftest_where anywhere = { 0 };

	return xs_selftest_plant(t, c, p, &anywhere);
}

static bool quiet(struct xs_selftest *t, struct xs_case *c)
{
	char why[XS_WHY_BYTES];

	c->signals = XS_SELFTEST_SIGNALS;
	for (unsigned int handler = 0; handler < XS_HANDLERS; handler++) {
		c->handler = (uint8_t)handler;
		if (xs_session_supported(&t->session, c, why))
			continue;
		if (!xs_selftest_silent(
			    t, c, xs_name(XS_AXIS_HANDLER, handler),
			    (xs_flags(XS_AXIS_HANDLER, handler) & XS_HANDLER_NESTS) ? 2 : 1))
			return false;
	}
	return true;
}

static bool class_row(struct xs_selftest *t, unsigned int row)
{
	static const uint8_t hows[] = { XS_PLANT_FRAME, XS_PLANT_TRACER, XS_PLANT_WORKER,
					XS_PLANT_NEIGHBOUR };
	struct xs_plant p = { .class = (uint8_t)row, .owner = 1, .at = XS_SELFTEST_AT };
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	case_for(&c, row);
	for (size_t how = 0; how < sizeof(hows); how++)
		for (unsigned int kind = 0; kind < XS_PLANT_KINDS; kind++) {
			p.how = hows[how];
			p.kind = (uint8_t)kind;
			if (xs_plant_possible(row, kind) && !plant(t, &c, &p))
				return false;
		}
	p.how = XS_PLANT_ENTRY;
	p.kind = XS_PLANT_FLIP; /* says nothing here: a whole image is planted */
	if (!plant(t, &c, &p))
		return false;
	p.how = XS_PLANT_NESTED;
	c.handler = XS_HANDLER_nest;
	if (!plant(t, &c, &p) || !quiet(t, &c))
		return false;
	printf("%-12s ", xs_name(XS_AXIS_STATE, row));
	xs_selftest_counts(&t->n, &before, true);
	printf("\n");
	fflush(stdout);
	return true;
}

/* A bad frame that is taken, a good one that is not, a worker that dies, and one that hangs. */
static bool endings(struct xs_selftest *t)
{
	static const uint8_t hows[] = { XS_PLANT_ACCEPT, XS_PLANT_REFUSE, XS_PLANT_KILL,
					XS_PLANT_HANG };
	const struct xs_selftest_counts before = t->n;
	struct xs_plant p = { .class = XS_STATE_x87, .at = XS_SELFTEST_AT };
	struct xs_case c;

	for (size_t i = 0; i < sizeof(hows); i++) {
		case_for(&c, XS_STATE_x87);
		c.duration_ms = 60000;
		if (hows[i] == XS_PLANT_ACCEPT)
			c.handler = XS_HANDLER_bad_pointer;
		p.how = hows[i];
		if (!plant(t, &c, &p))
			return false;
	}
	printf("%-12s ", "endings");
	xs_selftest_counts(&t->n, &before, false);
	printf(": a bad frame taken, a good one refused, a lost stack, an endless handler\n");
	return true;
}

void xs_selftest_counts(const struct xs_selftest_counts *now,
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

static void print_sums(const struct xs_selftest_counts *n)
{
	/* Errors are those of both kinds of runs, and have a line of their own. */
	const struct xs_selftest_counts none = { .errors = n->errors };

	printf("planted corruption: ");
	xs_selftest_counts(n, &none, true);
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

static int selftest(struct xs_selftest *t)
{
	bool going = true;

	for (unsigned int row = 0; going && row < XS_STATES; row++)
		if (t->session.registers >> row & 1)
			going = class_row(t, row);
		else
			printf("%-12s not on this machine\n", xs_name(XS_AXIS_STATE, row));
	going = going && xs_selftest_axes(t) && endings(t);
	print_sums(&t->n);
	if (t->n.missed || t->n.deviating || t->n.found || t->n.unproved)
		return 1;
	if (!going)
		return 128 + t->outcome.verdict.interrupted;
	if (t->n.errors)
		return 2;
	return t->n.caught ? 0 : 4;
}

int xs_cmd_selftest(int argc, char **argv)
{
	struct xs_selftest *t = calloc(1, sizeof(*t));
	char why[XS_WHY_BYTES] = "";
	int code = 2;

	if (!t || argp_parse(&argp, argc, argv, 0, NULL, t))
		goto out;
	if (xs_session_open(&t->session, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		goto out;
	}
	code = selftest(t);
	xs_session_close(&t->session);
out:
	free(t);
	return code;
}
