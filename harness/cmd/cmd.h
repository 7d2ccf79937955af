/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands of xsavage. */
#ifndef XS_CMD_H
#define XS_CMD_H

struct xs_cmd {
	const char *name;
	const char *summary;
	/* argv[0] is "xsavage NAME", for argp's usage lines. Return: exit code. */
	int (*run)(int argc, char **argv);
};

int xs_cmd_check(int argc, char **argv);
int xs_cmd_replay(int argc, char **argv);
int xs_cmd_minimize(int argc, char **argv);
int xs_cmd_explain(int argc, char **argv);
int xs_cmd_report(int argc, char **argv);
int xs_cmd_export(int argc, char **argv);
int xs_cmd_list(int argc, char **argv);
int xs_cmd_topo(int argc, char **argv);
int xs_cmd_selftest(int argc, char **argv);

#endif
