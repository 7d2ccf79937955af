// SPDX-License-Identifier: GPL-2.0-only
/* xsavage explain: which ingredients of a case its finding needs. */
#include "cmd/cmd.h"

const struct xs_command xs_cmd_explain = {
	.name = "explain",
	.summary = "say what of a saved case its finding needs",
	.args = "FILE",
	.doc = "Says what of a saved case its finding needs.\v"
	       "The case is run until it has hit ten times; then each of its ingredients is left "
	       "out or made plain in turn, and the rest is run until a sequential test decides, "
	       "with errors of 5 to 12 % (docs/triage.md):\n"
	       "  necessary   without it there is no hit, nor a tenth as many as before\n"
	       "  helps       without it there are fewer hits, about a quarter or less\n"
	       "  irrelevant  without it there are as many hits, or half of them at least\n"
	       "  undecided   500 runs do not tell\n"
	       "\"first\" is what the first wrong registers of most hits hold.\n\n"
	       "  $ xsavage explain corrupt-1a2b3c4d.case\n"
	       "Exit codes: 0 done; 4 the case does not reproduce here; 2 it could not be run.",
	.takes = XS_TAKES_ONE,
	.excess = "one case at a time",
	.needs = XS_NEEDS_OUTPUT,
	.initial = { .runs = XS_TRIALS_RUNS },
	.trial = xs_explain,
	.option = { XS_TRIAL_OPTIONS },
};
