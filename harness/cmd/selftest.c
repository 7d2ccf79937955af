// SPDX-License-Identifier: GPL-2.0-only
/* xsavage selftest: plants corruption, and must see it, all of it, and nothing else. */
#include "campaign/selftest.h"
#include "cmd/cmd.h"

static int run(const struct xs_options *o, struct xs_runner *r)
{
	return xs_selftest(r, o->verbose);
}

const struct xs_command xs_cmd_selftest = {
	.name = "selftest",
	.summary = "plant corruption, and see it found",
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
	.excess = "it takes no file",
	.needs = XS_NEEDS_SESSION,
	.run = run,
	.option = { XS_OPTION_AT("verbose", 'v', NULL, FLAG, verbose, 0,
				 "a line for each planted corruption, not only for each row"),
		    XS_FILTER_OPTIONS },
};
