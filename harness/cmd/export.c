// SPDX-License-Identifier: GPL-2.0-only
/* xsavage export: a case as one C program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "export/export.h"
#include "report/names.h"
#include "report/save.h"

static int run(const struct xs_options *o, struct xs_runner *r)
{
	char why[XS_WHY_BYTES] = "", name[XS_PRINTABLE_BYTES], *text;
	struct xs_sink sink;
	int rc;

	(void)r;
	rc = xs_export(&o->c, &text, why);
	if (rc) {
		fprintf(stderr, "xsavage: %s: %s\n", xs_printable(name, o->file), why);
		return rc == -EOPNOTSUPP ? 4 : 2;
	}
	if (o->out)
		rc = xs_sink_open(&sink, o->out, why);
	else
		fputs(text, stdout); /* main() looks whether it has arrived */
	if (o->out && !rc)
		rc = xs_sink_write(&sink, text, strlen(text), why);
	free(text);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	return rc ? 2 : 0;
}

const struct xs_command xs_cmd_export = {
	.name = "export",
	.summary = "a case as one C program, for people without xsavage",
	.args = "FILE",
	.doc = "Writes a saved case as one C program that needs gcc and pthreads only, to send "
	       "along "
	       "with a report; \"-\" is standard input. The program gives the same verdict.\v"
	       "  $ xsavage export corrupt-1a2b3c4d.case >repro.c\n"
	       "  $ gcc -O2 -pthread repro.c -o repro\n"
	       "  $ ./repro          # as long as the case says; ./repro 60: 60 seconds\n\n"
	       "The program's exit codes: 0 pass; 1 corrupt, killed or hang; 4 skip or "
	       "inconclusive; "
	       "2 error. It does not read the kernel log.\n\n"
	       "It has 300 lines at most, or there is none: \"xsavage minimize\" finds a smaller "
	       "case "
	       "first. Where it would be too long it proves neither the frame's layout nor the red "
	       "zone, and at last, of registers = all, those up to AVX; its comment says so. "
	       "Exit codes here: 0 written; 4 the case has something that is not exported (the "
	       "message says why), or is too large; 2 no valid case, or a failed write.",
	.takes = XS_TAKES_ONE,
	.excess = "one case at a time: %.80s and %.80s",
	.run = run,
	.option = { XS_OPTION_AT("output", 'o', "FILE", TEXT, out, 0,
				 "write to FILE, whole or not at all") },
};
