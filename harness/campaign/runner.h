/* SPDX-License-Identifier: GPL-2.0-only */
/* What cases are run with, one after the other, and where their results go. */
#ifndef XS_RUNNER_H
#define XS_RUNNER_H

#include "report/progress.h"
#include "report/report.h"
#include "report/save.h"
#include "session.h"

/* Text goes to standard output unless KTAP does. */
struct xs_runner {
	/* From the caller: */
	uint64_t begin_ns;     /* of the program */
	const char *json_path; /* or NULL */
	const char *command;   /* the subcommand */
	bool ktap, bisect;
	const struct xs_filter *filter; /* or NULL */
	const struct xs_plant *plant;	/* of a test: into each run; or NULL */

	struct xs_session session;
	struct xs_triage triage;
	struct xs_outcome outcome; /* of the last run */
	struct xs_sink json_sink;
	struct xs_json *json;
	struct xs_ktap ktap_state;
	struct xs_progress progress;
	struct xs_progress_line line;  /* of the next run, which adds its counters */
	struct xs_progress_line *live; /* where that line is kept, too; or NULL */
	bool colour;		      /* standard output shows it */
	int error;		      /* of standard output: the first errno, or 0 */
};

/**
 * xs_runner_open() - open the session
 * @allowed: mask over pressure.def: what --allow has named
 *
 * Return: 0, or -errno with the error printed. xs_runner_close() is right after either.
 */
int xs_runner_open(struct xs_runner *r, uint32_t allowed);
void xs_runner_close(struct xs_runner *r);

/** xs_runner_begin() - look at the machine, and begin the outputs: as xs_runner_open() */
int xs_runner_begin(struct xs_runner *r);

/** xs_runner_result() - the last run as the result of @c: valid until the next one */
struct xs_result xs_runner_result(const struct xs_runner *r, const struct xs_case *c);

/** xs_runner_run() - run a case, with the progress line. Return: as xs_runner_result(). */
struct xs_result xs_runner_run(struct xs_runner *r, const struct xs_case *c,
			       struct xs_run_options options);

/** xs_runner_add() - add one case to KTAP and JSON */
void xs_runner_add(struct xs_runner *r, const struct xs_result *result);

/** xs_runner_flush() - whether standard output still takes what it was given */
bool xs_runner_flush(struct xs_runner *r);

/**
 * xs_runner_end() - finish the outputs, and write the JSON file
 * @code: the exit code so far
 *
 * Return: the exit code: another one, with the error printed, where something is lost.
 */
int xs_runner_end(struct xs_runner *r, int code);

/** xs_say_immortal() - to standard error: a process is left that keeps a CPU for good */
void xs_say_immortal(void);

#define XS_SAVED_BYTES (2ul * XS_CASE_TEXT_MAX)

/**
 * xs_saved_text() - a case as it is saved, with where it comes from in comments
 * @head, @tail: the first and the last of these; @tail may be NULL
 *
 * Return: its length.
 */
size_t xs_saved_text(char text[XS_SAVED_BYTES], const struct xs_triage *t, const char *head,
		     const char *tail, const struct xs_case *c);

#endif
