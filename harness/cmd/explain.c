// SPDX-License-Identifier: GPL-2.0-only
/* xsavage explain: which ingredients of a case its finding needs. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "campaign/weigh.h"

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static const struct argp argp = {
	.parser = parse_option,
	.children = xs_trials_children,
	.args_doc = "FILE",
	.doc = "Says what of a saved case its finding needs.\v"
	       "The case is run until it has hit ten times; then each of its ingredients is left "
	       "out or made plain in turn, and the rest is run until a sequential test decides, "
	       "with errors of 5 to 12 % (docs/triage.md):\n"
	       "  necessary   without it there is no hit, nor a tenth as many as before\n"
	       "  helps       without it there are fewer hits, about a quarter or less\n"
	       "  irrelevant  without it there are as many hits, or half of them at least\n"
	       "  undecided   500 runs do not tell\n"
	       "\"first\" is what the first wrong registers of most hits hold.\n\n"
	       "  xsavage explain corrupt-1a2b3c4d.case\n"
	       "Exit codes: 0 done; 4 the case does not reproduce here; 2 it could not be run.",
};

static int explain(struct xs_trials *t, struct xs_weighing *w)
{
	int rc;

	printf("%s: %s, %u of %u runs hit; of %u ms:\n\n", t->c.name, xs_verdict_names[t->kind],
	       t->score.hits, t->score.runs, t->run_ms);
	xs_weigh_standard(t, stdout);
	rc = xs_weigh(t, w, stdout);
	printf("\n%s: %s\n", t->c.name, xs_verdict_names[t->kind]);
	xs_weigh_summary(t, w, stdout);
	return rc ? xs_trials_why(t, rc) : 0;
}

int xs_cmd_explain(int argc, char **argv)
{
	struct xs_weighing weighing;
	struct xs_trials t = { .runs_max = XS_TRIALS_RUNS };
	int rc, code = 2;

	if (argp_parse(&argp, argc, argv, 0, NULL, &t))
		return 2;
	if (!xs_trials_open(&t)) {
		rc = xs_trials_measure(&t, NULL);
		if (!rc)
			code = explain(&t, &weighing);
		else
			code = xs_trials_exit(&t, rc);
	}
	xs_trials_close(&t);
	return code;
}
