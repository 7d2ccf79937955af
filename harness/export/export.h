/* SPDX-License-Identifier: GPL-2.0-only */
/* A case as one C program for people who do not have xsavage. */
#ifndef XS_EXPORT_H
#define XS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"

#define XS_EXPORT_LINES	  300 /* a program has no more */
#define XS_EXPORT_COLUMNS 100u

/**
 * xs_export() - the program that reproduces what a case shows
 * @c: valid
 * @text: set to the program; the caller frees it
 * @why: set to the reason, with a remedy, where there is none
 *
 * The text depends on the case alone. Return: 0, -EOPNOTSUPP (an entry that says
 * why it is not exported, or too long a program), or -ENOMEM. Context: any.
 */
int xs_export(const struct xs_case *c, char **text, char why[XS_WHY_BYTES]);

/* From here on private to harness/export. */

/*
 * A piece of a program: what an entry's file has between "#ifdef XS_EXPORT" and
 * "#endif", or a file of harness/export/parts.
 */
struct xs_piece {
	const char *file; /* as other pieces include it: "stack/uffd.c" */
	const char *text;
};

extern const struct xs_piece xs_pieces[]; /* ends with a NULL file */

/* A row of the program's table of tasks. */
struct xs_export_task {
	const char *name;
	char run[32];	     /* its function, if there is one: else it is the loop of windows */
	int32_t place;	     /* 0: the worker's CPU, 1: another one, -1: any */
	uint64_t mask, init; /* components */
	uint32_t period_us;
	uint8_t hold; /* row of hold.def */
	bool thread;
};

#define XS_EXPORT_TASKS	  16u /* for each worker, with itself */
#define XS_EXPORT_PIECES  64u
#define XS_EXPORT_NUMBERS 32u

/* A constant that pieces may use. */
struct xs_export_number {
	const char *name;
	bool is; /* the case has it */
	char text[64];
};

struct xs_program {
	const struct xs_case *c;
	uint32_t level;	 /* of what may be left out for a shorter program: 0 nothing */
	uint32_t states; /* register classes that export can say */
	struct xs_export_task task[XS_EXPORT_TASKS];
	uint32_t tasks;
	uint64_t needed;    /* components without which there is no such case */
	uint32_t neighbour; /* the first task that holds registers on the worker's CPU, or 0 */
	const struct xs_piece *piece[XS_EXPORT_PIECES];
	uint32_t pieces;
	struct xs_export_number number[XS_EXPORT_NUMBERS];
	uint32_t numbers;
};

static inline bool xs_starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/** xs_export_choose() - tasks and pieces: 0, or -EOPNOTSUPP with the reason in @why */
int xs_export_choose(struct xs_program *p, char why[XS_WHY_BYTES]);

/** xs_export_tasks() - who runs: 0, or -EOPNOTSUPP with the reason in @why */
int xs_export_tasks(struct xs_program *p, char why[XS_WHY_BYTES]);

/** xs_export_has() - whether one of the pieces defines @name, as a function or a macro */
bool xs_export_has(const struct xs_program *p, const char *name);

/** xs_export_numbers() - what the case makes of each constant, when the pieces are chosen */
void xs_export_numbers(struct xs_program *p);

/** xs_export_head() - the comment at the top */
void xs_export_head(FILE *f, const struct xs_program *p);

/** xs_export_holds() - what the tasks do in their windows, as one macro */
void xs_export_holds(FILE *f, const struct xs_program *p);

/** xs_export_table() - the table of tasks */
void xs_export_table(FILE *f, const struct xs_program *p);

/** xs_export_identifier() - an entry's name as C and files have it, in place: @name */
char *xs_export_identifier(char *name);

#endif
