/* SPDX-License-Identifier: GPL-2.0-only */
/* A program that says what registers it began with, and how a child becomes it. */
#ifndef XS_EXEC_FILE_H
#define XS_EXEC_FILE_H

#include "task/level.h"

struct xs_exec_file {
	int program;	  /* memfd: the new program */
	int dump;	  /* memfd: what it found in its registers ... */
	uint8_t *found;	  /* ... mapped, an image */
	int32_t *refused; /* behind that, for both: what execveat() returned, if it did */
};

/** xs_exec_supported() - supported() of a kind that does this */
int xs_exec_supported(char *why);

/** xs_exec_open() - make its files: 0 or -errno (reported) */
int xs_exec_open(struct xs_task *t, struct xs_exec_file *e);

/** xs_exec_close() - give them back, however far that came */
void xs_exec_close(const struct xs_exec_file *e);

/** xs_exec_begin() - before the child is made: nothing was found yet */
void xs_exec_begin(const struct xs_exec_file *e);

/** xs_exec_run() - in the child: become the program, in the window of t->level */
void xs_exec_run(const struct xs_task *t, const struct xs_exec_file *e) __attribute__((noreturn));

/** xs_exec_end() - the child is gone: whether its program has written .found; 0 or -errno */
int xs_exec_end(struct xs_task *t, const struct xs_exec_file *e);

#endif
