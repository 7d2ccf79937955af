/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands of xsavage, and the frame that each of them runs in. */
#ifndef XS_CMD_H
#define XS_CMD_H

#include "campaign/trial.h"

/* What the command line says. */
struct xs_options {
	const char *file; /* the only one, or NULL */
	char **files;	  /* one or many */
	uint32_t nfiles;
	struct xs_case c; /* .file's, of a command that takes one */

	bool bisect, ktap, verbose, first, strict, show_cells, names;
	uint32_t runs, seconds, threads, cells;
	uint32_t allowed; /* mask over pressure.def: what --allow has named */
	struct xs_filter filter;
	const char *json, *html, *out, *save_dir, *machine, *known, *write_known;
};

enum xs_option_form {
	XS_OPTION_FLAG,
	XS_OPTION_TEXT,
	XS_OPTION_NUMBER,
	XS_OPTION_COUNT, /* a number, or "auto": 0 */
	XS_OPTION_ALLOW,
	XS_OPTION_FILTER,
};

struct xs_option {
	const char *name;
	int key; /* the short option, or a number above characters */
	const char *arg, *doc;
	enum xs_option_form form;
	size_t offset; /* in struct xs_options */
	uint32_t max;  /* of a number, which begins at 1 */
};

enum {
	XS_KEY_ALLOW = 256,
	XS_KEY_SAVE,
	XS_KEY_FIRST,
	XS_KEY_KNOWN,
	XS_KEY_WRITE_KNOWN,
	XS_KEY_ONLY,
	XS_KEY_SKIP,
	XS_KEY_STRICT,
	XS_KEY_CONTRACT,
	XS_KEY_CELLS,
	XS_KEY_HTML
};

#define XS_OPTION_AT(name, key, arg, form, field, max, doc)                                        \
	{                                                                                          \
		name, key, arg, doc, XS_OPTION_##form, offsetof(struct xs_options, field), max     \
	}

#define XS_ALLOW_OPTION                                                                            \
	XS_OPTION_AT("allow", XS_KEY_ALLOW, "KIND", ALLOW, allowed, 0,                             \
		     "allow pressure of this kind (hotplug), which changes the machine for "       \
		     "the time of a run")

/* Of commands that choose among all entries. */
#define XS_FILTER_OPTIONS                                                                          \
	XS_OPTION_AT("only", XS_KEY_ONLY, "AXIS=ENTRY,...", FILTER, filter, 0,                     \
		     "of this axis only these entries, such as stack=none,dontneed; AXIS is "      \
		     "registers, signal, handler, abi, stack, hold, pressure, or legs: where "     \
		     "registers are proved"),                                                      \
		XS_OPTION_AT("skip", XS_KEY_SKIP, "AXIS=ENTRY,...", FILTER, filter, 0,             \
			     "not these entries, such as pressure=all")

/* Of commands that judge. */
#define XS_CONTRACT_OPTIONS                                                                        \
	XS_OPTION_AT("strict", XS_KEY_STRICT, NULL, FLAG, strict, 0,                               \
		     "judge by all that Linux does (the default)"),                                \
		XS_OPTION_AT("abi", XS_KEY_CONTRACT, NULL, FLAG, filter.contract, 0,               \
			     "judge by what a contract asks for alone: psABI, uapi, POSIX, SDM")

/* Of commands whose results count. */
#define XS_RESULT_OPTIONS                                                                          \
	XS_OPTION_AT("bisect", 'b', NULL, FLAG, bisect, 0,                                         \
		     "exit as git bisect run wants it: 0 good, 1 bad, 125 cannot tell"),           \
		XS_OPTION_AT("ktap", 'k', NULL, FLAG, ktap, 0,                                     \
			     "print KTAP, version 1, instead of text"),                            \
		XS_OPTION_AT("json", 'j', "FILE", TEXT, json, 0,                                   \
			     "write everything to FILE as JSON, too"),                             \
		XS_ALLOW_OPTION

/* Of commands that take a case apart. */
#define XS_TRIAL_OPTIONS                                                                           \
	XS_OPTION_AT("runs", 'n', "N", NUMBER, runs, 10000,                                        \
		     "run the case itself up to N times, until it has hit ten times "              \
		     "(default 20)"),                                                              \
		XS_OPTION_AT("time", 't', "SECONDS", NUMBER, seconds, 604800,                      \
			     "end after this long, with what is known then"),                      \
		XS_FILTER_OPTIONS, XS_ALLOW_OPTION

enum xs_takes {
	XS_TAKES_NONE,
	XS_TAKES_MAYBE, /* a file */
	XS_TAKES_ONE,	/* a case, which the frame loads */
	XS_TAKES_MANY,
};

/* What a command runs with; each with all of those before it. */
enum xs_needs {
	XS_NEEDS_NOTHING,
	XS_NEEDS_SESSION,
	XS_NEEDS_OUTPUT,  /* what is known of the machine, and a progress line */
	XS_NEEDS_RESULTS, /* KTAP and JSON; a report that is lost is an error */
};

struct xs_command {
	const char *name, *summary;
	const char *args, *doc; /* as argp has them */
	/* What the help ends with, to be freed; or NULL: the end of .doc. */
	char *(*help_end)(const char *text);
	enum xs_takes takes;
	const char *wanted; /* where there is no file; or NULL: a case is */
	const char *excess; /* of a file too many: may print the first one, and that one */
	enum xs_needs needs;
	struct xs_options initial;
	/* One of them. Return: the exit code. @r is NULL where nothing is needed. */
	int (*run)(const struct xs_options *o, struct xs_runner *r);
	int (*trial)(struct xs_trials *t);
	struct xs_option option[16]; /* ends with no name */
};

extern const struct xs_command xs_cmd_check, xs_cmd_replay, xs_cmd_minimize, xs_cmd_explain,
	xs_cmd_report, xs_cmd_export, xs_cmd_list, xs_cmd_topo, xs_cmd_selftest, xs_cmd_pool;

/**
 * xs_options_parse() - read a command line
 * @argv: [0] is "xsavage NAME", for usage lines
 * @flags: argp's
 *
 * Return: 0 or an error; without ARGP_NO_EXIT it says so and exits itself.
 */
int xs_options_parse(const struct xs_command *command, int argc, char **argv, unsigned int flags,
		     struct xs_options *o);

/** xs_command_main() - all of a command, from its command line to its exit code */
int xs_command_main(const struct xs_command *command, int argc, char **argv);

#endif
