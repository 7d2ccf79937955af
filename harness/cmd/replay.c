// SPDX-License-Identifier: GPL-2.0-only
/* xsavage replay: runs saved cases, and says how often they hit. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "cmd/cmd.h"
#include "cmd/common.h"
#include "report/interval.h"

#define RUNS_MAX 100000u

struct options {
	char **files;
	uint32_t nfiles, runs;
	struct xs_output output;
};

/* What the runs of one file came to. */
struct tally {
	uint32_t runs, hits, timed; /* .timed: hits of which the moment is known */
	uint64_t *first_ns, *first_faults, *first_signals; /* of each hit, since the first signal */
	enum xs_verdict_kind worst;
	int interrupted;
	bool immortal; /* a process is left that SIGKILL does not end */
};

static const struct argp_option option_table[] = {
	{ "runs", 'n', "N", 0, "run each case N times (default 1)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->output;
		return 0;
	case 'n':
		o->runs = xs_number(state, "-n", arg, RUNS_MAX);
		return 0;
	case ARGP_KEY_ARGS:
		o->files = state->argv + state->next;
		o->nfiles = (uint32_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which case? Saved cases end in .case");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.children = xs_output_children,
	.args_doc = "FILE...",
	.doc = "Runs saved cases on this kernel; \"-\" is standard input.\v"
	       "Each run lasts as long as its case says, or until the first finding. With -n, "
	       "the number of hits comes with its 95 % interval (Wilson), and the time and the "
	       "number of faulting signals from the first signal to the finding with median, "
	       "least and most.\n\n"
	       "  xsavage replay -n 20 corrupt-1a2b3c4d.case\n"
	       "docs/vm.md shows a git bisect run that builds and boots each kernel.",
};

/* The first finding of a run tells how long it took. */
static void note_hit(struct tally *t, const struct xs_verdict *v)
{
	uint32_t n;

	t->hits++;
	if (!v->findings)
		return;
	n = t->timed++;
	t->first_ns[n] = v->finding[0].record->since_signal_ns;
	t->first_faults[n] = v->finding[0].record->faults;
	t->first_signals[n] = v->finding[0].record->signals;
}

/* Bad beats error beats doubt beats pass. */
static enum xs_verdict_kind worse(enum xs_verdict_kind a, enum xs_verdict_kind b)
{
	static const uint8_t badness[XS_VERDICTS] = {
		[XS_PASS] = 0,		 [XS_SKIP] = 1, [XS_INCONCLUSIVE] = 2, [XS_ERROR] = 3,
		[XS_KERNEL_WARNING] = 4, [XS_HANG] = 5, [XS_KILLED] = 6,       [XS_CORRUPT] = 7,
	};

	return badness[a] >= badness[b] ? a : b;
}

static void print_spread(const char *what, uint64_t *values, uint32_t n, double scale,
			 const char *unit)
{
	const struct xs_spread s = xs_spread(values, n);

	printf("  %-34s median %.6g%s, least %.6g%s, most %.6g%s\n", what, (double)s.median / scale,
	       unit, (double)s.min / scale, unit, (double)s.max / scale, unit);
}

static void print_tally(const char *file, struct tally *t)
{
	const struct xs_interval i = xs_wilson(t->hits, t->runs);

	printf("%s: %u of %u runs hit (95 %% interval %.1f-%.1f %%)\n", file, t->hits, t->runs,
	       100 * i.low, 100 * i.high);
	if (!t->timed)
		return;
	print_spread("first signal to finding:", t->first_ns, t->timed, 1e6, " ms");
	print_spread("page faults of the finder until then:", t->first_faults, t->timed, 1, "");
	print_spread("signals in window until then:", t->first_signals, t->timed, 1, "");
}

static void one_run(struct xs_session *s, struct options *o, const struct xs_case *c,
		    struct tally *t)
{
	const struct xs_run_options options = xs_output_options(&o->output);
	static struct xs_outcome outcome;
	const struct xs_result result = { .c = c,
					  .plan = &outcome.plan,
					  .verdict = &outcome.verdict,
					  .ending = &outcome.ending };

	xs_session_run(s, c, &options, &outcome);
	t->runs++;
	t->interrupted = outcome.verdict.interrupted;
	t->immortal = outcome.ending.hung && outcome.ending.error == -EBUSY;
	xs_output_result(&o->output, &result);
	if (xs_verdict_is_bad(outcome.verdict.kind))
		note_hit(t, &outcome.verdict);
	/* The first of its kind says it all; the tally counts the others. */
	if (!o->output.ktap && (t->runs == 1 || outcome.verdict.kind != t->worst))
		xs_report_verdict(stdout, "", &result);
	xs_output_flush(&o->output);
	if (t->immortal)
		fprintf(stderr,
			"xsavage: a process is left that SIGKILL does not end: no more runs "
			"until the next boot\n");
	t->worst = worse(outcome.verdict.kind, t->worst);
}

/*
 * Nobody waits for runs after an interruption, or when the reader of the results is gone; and
 * beside a process that keeps a CPU for good they would show nothing.
 */
static bool going_on(const struct tally *t, struct options *o)
{
	return !t->interrupted && !t->immortal && xs_output_flush(&o->output);
}

static int replay_file(struct xs_session *s, struct options *o, const char *file, struct tally *t)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;
	int rc = xs_case_load(&c, file, why);

	if (rc) {
		fprintf(stderr, "xsavage: %s\n", why);
		return rc;
	}
	o->output.name = c.name;
	o->output.total_ns = (uint64_t)c.duration_ms * 1000000;
	o->output.cases = o->runs;
	for (uint32_t i = 0; i < o->runs && going_on(t, o) && t->worst != XS_SKIP; i++) {
		o->output.number = i + 1;
		one_run(s, o, &c, t);
	}
	o->output.name = NULL;
	if (!o->output.ktap && o->runs > 1 && t->worst != XS_SKIP)
		print_tally(file, t);
	return 0;
}

static int replay_all(struct xs_session *s, struct options *o)
{
	enum xs_verdict_kind worst = XS_PASS;
	struct tally t = { 0 };
	uint64_t *values = calloc(3 * (size_t)o->runs, sizeof(*values));

	if (!values)
		return 2;
	for (uint32_t i = 0; i < o->nfiles && going_on(&t, o); i++) {
		t = (struct tally){ .first_ns = values,
				    .first_faults = values + o->runs,
				    .first_signals = values + 2 * (size_t)o->runs,
				    .worst = XS_PASS };
		if (replay_file(s, o, o->files[i], &t))
			t.worst = XS_ERROR;
		worst = worse(t.worst, worst);
	}
	free(values);
	return xs_command_exit(worst, t.interrupted, o->output.bisect);
}

int xs_cmd_replay(int argc, char **argv)
{
	struct options o = { .runs = 1 };
	char why[XS_WHY_BYTES] = "";
	struct xs_triage triage;
	struct xs_session s;
	int code, failed;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return 2;
	failed = xs_command_exit(XS_ERROR, 0, o.output.bisect);
	if (xs_session_open(&s, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		return failed;
	}
	s.allowed = o.output.allowed;
	xs_triage_of(&triage, &s);
	code = failed;
	if (!xs_output_open(&o.output, &triage)) {
		code = replay_all(&s, &o);
		/* A bad verdict and an interruption are more than a lost report. */
		if (xs_output_close(&o.output) && code != 1 && code < 128)
			code = failed;
	}
	xs_session_close(&s);
	return code;
}
