/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands that run cases share: outputs, progress, exit codes. */
#ifndef XS_CMD_COMMON_H
#define XS_CMD_COMMON_H

#include <argp.h>
#include <stdbool.h>

#include "report/progress.h"
#include "report/report.h"
#include "session.h"

/* Where results go; text goes to standard output unless KTAP does. */
struct xs_output {
	bool ktap, bisect;
	uint32_t allowed;      /* mask over pressure.def: what --allow has named */
	const char *json_path; /* or NULL */
	struct xs_sink json_sink;
	int error; /* of standard output: the first errno, or 0 */
	struct xs_ktap ktap_state;
	struct xs_json *json;
	struct xs_progress progress;
	/* What the progress line needs beside the run's own counters. */
	uint32_t number, cases;
	uint64_t total_ns;
	struct xs_evidence before; /* of the cases that are over */
	const char *verdict;
	const char *name;
};

/*
 * The options --ktap, --json, --bisect and --allow, as children of a command's argp: at
 * ARGP_KEY_INIT it gives its struct xs_output as the first child's input.
 */
extern const struct argp_child xs_output_children[];

/** xs_number() - an option's number from 1 to @max, or a usage error */
uint32_t xs_number(struct argp_state *state, const char *what, const char *arg, uint32_t max);

/* The option --allow, for a table of options; what is given goes to xs_allow(). */
#define XS_OPTION_ALLOW 512
#define XS_ALLOW_ROW                                                                               \
	{                                                                                          \
		"allow", XS_OPTION_ALLOW, "KIND", 0,                                               \
			"allow pressure of this kind (hotplug), which changes the machine for "    \
			"the time of a run",                                                       \
			0                                                                          \
	}

/** xs_allow() - --allow's kind as a mask over pressure.def, or a usage error */
uint32_t xs_allow(struct argp_state *state, const char *name);

/** xs_output_open() - begin: 0, or -errno with the error printed */
int xs_output_open(struct xs_output *o, const struct xs_triage *triage);

/**
 * xs_output_close() - finish, and write the JSON file
 *
 * Return: 0, or -errno with the error printed; -EINTR: xs_stop_signal() is
 * pending.
 */
int xs_output_close(struct xs_output *o);

/** xs_output_flush() - whether standard output still takes what it was given */
bool xs_output_flush(struct xs_output *o);

/** xs_output_result() - add one case to KTAP and JSON */
void xs_output_result(struct xs_output *o, const struct xs_result *r);

/** xs_output_options() - run options whose progress is @o's line */
struct xs_run_options xs_output_options(struct xs_output *o);

/** xs_triage_of() - the triage of this session's machine */
void xs_triage_of(struct xs_triage *t, const struct xs_session *s);

/**
 * xs_command_exit() - the exit code of a command
 * @interrupted: the signal that ended it, or 0
 */
int xs_command_exit(enum xs_verdict_kind kind, int interrupted, bool bisect);

/** xs_verdict_is_bad() - corrupt, killed, hang or kernel-warning */
bool xs_verdict_is_bad(enum xs_verdict_kind kind);

#endif
