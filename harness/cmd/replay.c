// SPDX-License-Identifier: GPL-2.0-only
/* xsavage replay: runs saved cases, and says how often they hit. */
#include "campaign/check.h"
#include "cmd/cmd.h"

static int run(const struct xs_options *o, struct xs_runner *r)
{
	return xs_replay(r, o->files, o->nfiles, o->runs, o->known);
}

const struct xs_command xs_cmd_replay = {
	.name = "replay",
	.summary = "run saved cases",
	.args = "FILE...",
	.doc = "Runs saved cases on this kernel; \"-\" is standard input. A mail with a case in it "
	       "will do, too.\v"
	       "Each run lasts as long as its case says, or until the first finding. With -n, "
	       "the number of hits comes with its 95 % interval (Wilson), and the time and the "
	       "number of faulting signals from the first signal to the finding with median, "
	       "least and most.\n\n"
	       "  $ xsavage replay -n 20 corrupt-1a2b3c4d.case\n"
	       "docs/vm.md shows a git bisect run that builds and boots each kernel.",
	.takes = XS_TAKES_MANY,
	.needs = XS_NEEDS_RESULTS,
	.initial = { .runs = 1 },
	.run = run,
	.option = { XS_OPTION_AT("runs", 'n', "N", NUMBER, runs, 100000,
				 "run each case N times (default 1)"),
		    XS_OPTION_AT("known", XS_KEY_KNOWN, "FILE", TEXT, known, 0,
				 "findings of the signatures in FILE are known, and no news"),
		    XS_FILTER_OPTIONS, XS_CONTRACT_OPTIONS, XS_RESULT_OPTIONS },
};
