// SPDX-License-Identifier: GPL-2.0-only
/* xsavage check: a true verdict on the running kernel. */
#include "campaign/check.h"
#include "cmd/cmd.h"

static int run(const struct xs_options *o, struct xs_runner *r)
{
	const struct xs_check how = { .seconds = o->seconds,
				      .threads = o->threads,
				      .save_dir = o->save_dir };

	return xs_check(r, &how);
}

const struct xs_command xs_cmd_check = {
	.name = "check",
	.summary = "look for corruption on this kernel, and give a verdict",
	.doc = "Looks for corruption of x86 FPU and vector registers around signal delivery on "
	       "the running kernel, and ends in a verdict.\v"
	       "First it says what is known about this kernel and CPU. Then it runs cases, the "
	       "hardest first: vector workers take signals while their signal stack's pages are "
	       "missing and other tasks use the FPU; every register is proved in the signal "
	       "frame, at handler entry and after sigreturn. A pass comes with the evidence that "
	       "it rests on. A finding ends the check, with what arrived from where, and is "
	       "saved as a case that \"xsavage replay\" runs again.\n\n"
	       "Run as root if you can: userfaultfd, which holds page faults open for as long as "
	       "needed, and the kernel log are then available.",
	.excess = "no file is needed; \"xsavage replay\" runs saved cases",
	.needs = XS_NEEDS_RESULTS,
	.initial = { .seconds = 60, .threads = 64, .save_dir = "." },
	.run = run,
	.option = { XS_OPTION_AT("time", 't', "SECONDS", NUMBER, seconds, 86400,
				 "for how long (default 60)"),
		    XS_OPTION_AT("threads", 'T', "N", NUMBER, threads, 10000000,
				 "compute the memory lock limit that N threads need, in the advice "
				 "(default 64)"),
		    XS_OPTION_AT("save", XS_KEY_SAVE, "DIR", TEXT, save_dir, 0,
				 "where to save a case that found something (default .)"),
		    XS_RESULT_OPTIONS },
};
