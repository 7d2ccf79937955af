// SPDX-License-Identifier: GPL-2.0-only
/* xsavage export: a case as one C program. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "cmd/cmd.h"
#include "export/export.h"
#include "report/names.h"
#include "report/save.h"

struct options {
	const char *file, *out; /* .out: NULL for standard output */
};

static const struct argp_option option_table[] = {
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'o':
		o->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "one case at a time: %.80s and %.80s", o->file, arg);
		o->file = arg;
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
	.args_doc = "FILE",
	.doc = "Writes a saved case as one C program that needs gcc and pthreads only, to send "
	       "along "
	       "with a report; \"-\" is standard input. The program gives the same verdict.\v"
	       "  xsavage export corrupt-1a2b3c4d.case >repro.c\n"
	       "  gcc -O2 -pthread repro.c -o repro\n"
	       "  ./repro          # as long as the case says; ./repro 60: 60 seconds\n\n"
	       "The program's exit codes: 0 pass; 1 corrupt, killed or hang; 4 skip or "
	       "inconclusive; "
	       "2 error. It does not read the kernel log.\n\n"
	       "It is under 256 lines, or there is none: \"xsavage minimize\" finds a smaller case "
	       "first. Where registers = all would be too long, it has those up to AVX. "
	       "Exit codes here: 0 written; 4 the case has something that export does not "
	       "know (the message names it), or is too large; 2 no valid case, or a failed write.",
};

int xs_cmd_export(int argc, char **argv)
{
	struct options o = { 0 };
	char why[XS_WHY_BYTES] = "", name[XS_PRINTABLE_BYTES], *text;
	struct xs_sink sink;
	struct xs_case c;
	int rc;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return 2;
	if (xs_case_load(&c, o.file, why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		return 2;
	}
	rc = xs_export(&c, &text, why);
	if (rc) {
		fprintf(stderr, "xsavage: %s: %s\n", xs_printable(name, o.file), why);
		return rc == -EOPNOTSUPP ? 4 : 2;
	}
	if (o.out)
		rc = xs_sink_open(&sink, o.out, why);
	else
		fputs(text, stdout); /* main() looks whether it has arrived */
	if (o.out && !rc)
		rc = xs_sink_write(&sink, text, strlen(text), why);
	free(text);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	return rc ? 2 : 0;
}
