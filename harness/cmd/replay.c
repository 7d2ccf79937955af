// SPDX-License-Identifier: GPL-2.0-only
/* xsavage replay: runs saved cases, and says how often they hit. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "case/wait.h"
#include "cmd/cmd.h"
#include "cmd/common.h"
#include "campaign/tally.h"
#include "report/names.h"

#define RUNS_MAX 100000u

struct options {
	char **files;
	uint32_t nfiles, runs;
	struct xs_output output;
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

static void one_run(struct xs_session *s, struct options *o, const struct xs_case *c,
		    struct xs_tally *t)
{
	const struct xs_run_options options = xs_output_options(&o->output);
	static struct xs_outcome outcome;
	const struct xs_result result = { .c = c,
					  .plan = &outcome.plan,
					  .verdict = &outcome.verdict,
					  .ending = &outcome.ending };

	xs_session_run(s, c, &options, &outcome);
	xs_output_result(&o->output, &result);
	/* The first of its kind says it all; the tally counts the others. */
	if (!o->output.ktap && (!t->runs || outcome.verdict.kind != t->worst))
		xs_report_verdict(stdout, "", &result);
	xs_output_flush(&o->output);
	xs_tally_add(t, &outcome);
	if (t->immortal)
		xs_say_immortal();
}

/*
 * Nobody waits for runs after an interruption, or when the reader of the results is gone; and
 * beside a process that keeps a CPU for good they would show nothing.
 */
static bool going_on(const struct xs_tally *t, struct options *o)
{
	return !t->interrupted && !t->immortal && xs_output_flush(&o->output);
}

/* What parses KTAP or JSON counts results: a file that is none must not be missing among them. */
static void not_loaded(struct options *o, const char *file, const char *why)
{
	static struct xs_verdict verdict = { .kind = XS_ERROR };
	char name[XS_PRINTABLE_BYTES];
	const struct xs_result result = { .verdict = &verdict, .file = xs_printable(name, file) };

	snprintf(verdict.why, sizeof(verdict.why), "%s", why);
	xs_output_result(&o->output, &result);
}

static int replay_file(struct xs_session *s, struct options *o, const char *file,
		       struct xs_tally *t)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;
	int rc = xs_case_load(&c, file, why);

	if (rc) {
		fprintf(stderr, "xsavage: %s\n", why);
		if (rc == -EINTR)
			t->interrupted = xs_stop_take();
		else
			not_loaded(o, file, why);
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
		xs_tally_print(stdout, file, t);
	return 0;
}

static int replay_all(struct xs_session *s, struct options *o)
{
	enum xs_verdict_kind worst = XS_PASS;
	struct xs_tally t;
	int interrupted;

	if (xs_tally_open(&t, o->runs)) {
		fprintf(stderr, "xsavage: no memory for %u runs\n", o->runs);
		return 2;
	}
	for (uint32_t i = 0; i < o->nfiles && going_on(&t, o); i++) {
		xs_tally_reset(&t);
		if (replay_file(s, o, o->files[i], &t))
			t.worst = XS_ERROR;
		worst = xs_worse(t.worst, worst);
	}
	interrupted = t.interrupted;
	xs_tally_close(&t);
	return xs_command_exit(worst, interrupted, o->output.bisect);
}

int xs_cmd_replay(int argc, char **argv)
{
	struct options o = { .runs = 1 };
	char why[XS_WHY_BYTES] = "";
	struct xs_triage triage;
	struct xs_session s;
	int code, failed, rc;

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
		rc = xs_output_close(&o.output);
		if (rc && code != 1 && code < 128)
			code = xs_command_exit(XS_ERROR, rc == -EINTR ? xs_stop_take() : 0,
					       o.output.bisect);
	}
	xs_session_close(&s);
	return code;
}
