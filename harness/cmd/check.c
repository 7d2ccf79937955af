// SPDX-License-Identifier: GPL-2.0-only
/* xsavage check: a true verdict on the running kernel. */
#include "campaign/check.h"

#include "cmd/cmd.h"
#include "plan/cells.h"

static int run(const struct xs_options *o, struct xs_runner *r)
{
	const struct xs_check how = { .seconds = o->seconds,
				      .cells = o->cells,
				      .threads = o->threads,
				      .save_dir = o->save_dir,
				      .first = o->first || o->bisect,
				      .known = o->known,
				      .write_known = o->write_known };

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
	       "it rests on. A finding is told at once, with what arrived from where, and the "
	       "check goes on: findings of one signature (verdict, first wrong leg, kind of "
	       "damage, component, whose data, ABI) are one, and the end lists each with its "
	       "count and the case that hit soonest, saved for \"xsavage replay\".\n\n"
	       "Whoever has an open bug writes its signatures to a file, once, and gives each a "
	       "reason; what comes then is told apart from what is new, and does not change the "
	       "verdict:\n"
	       "  $ xsavage check --write-known open.known\n"
	       "  $ xsavage check --known open.known\n\n"
	       "It can be kept to some entries of \"xsavage list\", or away from some:\n\n"
	       "  $ xsavage check --only stack=none,dontneed --skip pressure=ptrace\n\n"
	       "Run as root if you can: userfaultfd, which holds page faults open for as long as "
	       "needed, and the kernel log are then available.",
	.excess = "no file is needed; \"xsavage replay\" runs saved cases",
	.needs = XS_NEEDS_RESULTS,
	.initial = { .seconds = 60, .threads = 64 },
	.run = run,
	.option = { XS_OPTION_AT("time", 't', "SECONDS", NUMBER, seconds, 86400,
				 "for how long (default 60)"),
		    XS_OPTION_AT(
			    "cells", XS_KEY_CELLS, "N", COUNT, cells, XS_CELLS_MAX,
			    "cut the machine into N cells, which run a case each at a time; auto, "
			    "the default: into as many as have two cores"),
		    XS_OPTION_AT("threads", 'T', "N", NUMBER, threads, 10000000,
				 "compute the memory lock limit that N threads need, in the advice "
				 "(default 64)"),
		    XS_OPTION_AT("save", XS_KEY_SAVE, "DIR", TEXT, save_dir, 0,
				 "where to save a case that found something (default .)"),
		    XS_OPTION_AT("first", XS_KEY_FIRST, NULL, FLAG, first, 0,
				 "end with the first finding that is not known (--bisect does)"),
		    XS_OPTION_AT("known", XS_KEY_KNOWN, "FILE", TEXT, known, 0,
				 "findings of the signatures in FILE are known, and no news"),
		    XS_OPTION_AT("write-known", XS_KEY_WRITE_KNOWN, "FILE", TEXT, write_known, 0,
				 "write all findings to FILE, for --known"),
		    XS_FILTER_OPTIONS, XS_CONTRACT_OPTIONS, XS_RESULT_OPTIONS },
};
