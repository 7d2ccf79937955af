// SPDX-License-Identifier: GPL-2.0-only
/* xsavage: dispatches to the subcommands. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "report/standard.h"

static const struct xs_command *const commands[] = {
	&xs_cmd_check,	&xs_cmd_replay, &xs_cmd_minimize, &xs_cmd_explain,  &xs_cmd_report,
	&xs_cmd_export, &xs_cmd_list,	&xs_cmd_topo,	  &xs_cmd_selftest, &xs_cmd_pool,
};

static void usage(FILE *f)
{
	fputs("Usage: xsavage COMMAND [OPTION...]\n\n"
	      "Looks for corruption of x86 FPU and vector register state around Linux\n"
	      "signal delivery.\n\n",
	      f);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n\"xsavage COMMAND --help\" explains a command. Begin with \"xsavage check\".\n\n"
	      "Exit codes: 0 pass; 1 corrupt, killed, hang or kernel-warning; 4 skipped or\n"
	      "inconclusive; 2 the harness could not do its work (usage, a bad case, no\n"
	      "resources); 130 or 143 stopped by SIGINT or SIGTERM before a verdict.\n",
	      f);
}

/* What was printed has to have arrived, or there is nothing to trust. */
static int checked(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	if (!code)
		fputs("xsavage: standard output could not be written\n", stderr);
	return code ? code : 2;
}

int main(int argc, char **argv)
{
	char program[64];

	xs_standard_keep();
	argp_err_exit_status = 2;
	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return checked(0);
	}
	if (!strcmp(argv[1], "--version")) {
		puts("xsavage " XS_VERSION);
		return checked(0);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i]->name) != 0)
			continue;
		/* argp prints argv[0] in its messages. */
		snprintf(program, sizeof(program), "xsavage %s", commands[i]->name);
		argv[1] = program;
		return checked(xs_command_main(commands[i], argc - 1, argv + 1));
	}
	fprintf(stderr, "xsavage: no command \"%.40s\"; \"xsavage --help\" lists them\n", argv[1]);
	return 2;
}
