// SPDX-License-Identifier: GPL-2.0-only
/* xsavage report: a case, its finding and what it needs, as a mail to the maintainers, or a page. */
#include "cmd/cmd.h"

const struct xs_command xs_cmd_report = {
	.name = "report",
	.summary = "a saved case and its finding as a mail to the maintainers",
	.args = "FILE",
	.doc = "Writes a mail about a saved case to standard output.\v"
	       "Kernel, compiler, CPU and frame; the case and how to run it again; how often and "
	       "how soon it hits; what it needs, as \"xsavage explain\" says; and the wrong "
	       "registers of the first hit. Run \"xsavage minimize\" first: readers are grateful "
	       "for a small case.\n\n"
	       "  $ xsavage report corrupt-1a2b3c4d.min.case >mail.txt\n"
	       "  $ xsavage report --html page.html corrupt-1a2b3c4d.min.case\n"
	       "Exit codes: 0 done; 4 the case does not reproduce here; 2 it could not be run.",
	.takes = XS_TAKES_ONE,
	.excess = "one case at a time",
	.needs = XS_NEEDS_OUTPUT,
	.initial = { .runs = XS_TRIALS_RUNS },
	.trial = xs_mail,
	.option = { XS_OPTION_AT("html", XS_KEY_HTML, "PAGE", TEXT, html, 0,
				 "write it to PAGE as HTML, too, with a map of the registers"),
		    XS_TRIAL_OPTIONS },
};
