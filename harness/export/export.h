/* SPDX-License-Identifier: GPL-2.0-only */
/* A case as one C program for people who do not have xsavage. */
#ifndef XS_EXPORT_H
#define XS_EXPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "case/case.h"

#define XS_EXPORT_LINES	  256u /* a program has fewer */
#define XS_EXPORT_COLUMNS 100u

/**
 * xs_export() - the program that reproduces what a case shows
 * @c: valid
 * @text: set to the program; the caller frees it
 * @why: set to the reason, with a remedy, where there is none
 *
 * The text depends on the case alone. Return: 0, -EOPNOTSUPP (an entry that
 * export does not know, or too long a program), or -ENOMEM. Context: any.
 */
int xs_export(const struct xs_case *c, char **text, char why[XS_WHY_BYTES]);

/* From here on private to harness/export. */

/* A piece of the program: a file of harness/export/parts, which CMake embeds. */
struct xs_part {
	const char *name; /* without ".c" */
	const char *text;
};

extern const struct xs_part xs_parts[]; /* ends with a NULL name */

/* A row of the program's table of tasks. */
struct xs_export_task {
	const char *name, *run; /* what reports call it, and its function; "NULL": a thread */
	const char *call;    /* the system call with registers loaded, and its arguments, or NULL */
	int32_t place;	     /* 0: the worker's CPU, 1: another one, -1: any */
	uint64_t components; /* to load */
	uint32_t period_us;
	uint32_t yields; /* whether its hold is one of sched_yield() */
};

#define XS_EXPORT_TASKS 16u /* for each worker, with itself */
#define XS_EXPORT_WORDS 64u

/* What the parts depend on. */
struct xs_export_plan {
	const struct xs_case *c;
	struct xs_export_task task[XS_EXPORT_TASKS];
	uint32_t tasks;
	int narrow;		     /* "all" is up to AVX, for a shorter program */
	uint64_t components, needed; /* of all tasks */
	int32_t neighbour; /* the first of the tasks that loads registers on the worker's CPU, or 0
			    */
	const char *word[XS_EXPORT_WORDS]; /* what "#if WORD" in a part asks for */
	uint32_t words;
};

/**
 * xs_export_refuse() - whether export knows everything that the case has
 *
 * Return: 0, or -EOPNOTSUPP with the reason in @why.
 */
int xs_export_refuse(const struct xs_case *c, char why[XS_WHY_BYTES]);

/** xs_export_has() - whether a word is set */
int xs_export_has(const struct xs_export_plan *plan, const char *word);

/**
 * xs_export_plan() - the tasks and the words
 * @narrow: registers = all are x87 to AVX only, which are where every CPU has them
 *
 * Return: as xs_export_refuse().
 */
int xs_export_plan(struct xs_export_plan *plan, const struct xs_case *c, int narrow,
		   char why[XS_WHY_BYTES]);

/** xs_export_head() - the comment at the top */
void xs_export_head(FILE *f, const struct xs_export_plan *plan);

/** xs_export_defines() - the numbers that the parts use */
void xs_export_defines(FILE *f, const struct xs_export_plan *plan);

/** xs_export_value() - what "@NAME@" in a part stands for: 0, or -EINVAL for no such name */
int xs_export_value(FILE *f, const struct xs_export_plan *plan, const char *name);

/** xs_export_tasks() - the table of tasks */
void xs_export_tasks(FILE *f, const struct xs_export_plan *plan);

/**
 * xs_export_expand() - a part, without the lines whose words are not set
 *
 * "#if WORD", "#if !WORD", "#else" and "#endif", nested 4 deep, each on a line of
 * its own, are resolved here, and so is @NAME@; all other lines of the preprocessor are the
 * program's.
 */
void xs_export_expand(FILE *f, const struct xs_export_plan *plan, const char *text);

#endif
