// SPDX-License-Identifier: GPL-2.0-only
/* xsavage minimize: takes from a case what its finding does not need. */
#include "cmd/cmd.h"

const struct xs_command xs_cmd_minimize = {
	.name = "minimize",
	.summary = "take from a saved case what its finding does not need",
	.args = "FILE",
	.doc = "Takes from a saved case what its finding does not need.\v"
	       "The case is run until it has hit ten times. Then one thing at a time is left out "
	       "or made simpler, and kept so where a sequential test (docs/triage.md) says that "
	       "the same verdict still comes about as often. In the end the result and the case "
	       "itself are run in turn; where the result hits less often, steps are taken "
	       "back.\n\n"
	       "  $ xsavage minimize corrupt-1a2b3c4d.case\n"
	       "The best case so far is in OUT all the time. Ctrl-C keeps it, and the same "
	       "command again goes on from there.\n"
	       "Exit codes: 0 done; 4 the case does not reproduce here; 2 it could not be run.",
	.takes = XS_TAKES_ONE,
	.excess = "one case at a time",
	.needs = XS_NEEDS_OUTPUT,
	.initial = { .runs = XS_TRIALS_RUNS },
	.trial = xs_minimize,
	.option = { XS_OPTION_AT("output", 'o', "OUT", TEXT, out, 0,
				 "where the result goes (default: FILE with .min.case for .case)"),
		    XS_TRIAL_OPTIONS },
};
