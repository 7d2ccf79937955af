/* SPDX-License-Identifier: GPL-2.0-only */
/* Other programs as children, and what they leave. */
#ifndef XS_PROGRAM_H
#define XS_PROGRAM_H

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

#include "case/case.h"

/**
 * xs_program_fork() - xs_child_fork() for another program
 * @cpus: where it may run
 * @folder: its working directory; what it prints goes to "said" there
 */
pid_t xs_program_fork(pid_t group, const cpu_set_t *cpus, const char *folder);

/* What a program has printed. */
struct xs_said {
	char last[XS_WHY_BYTES / 2]; /* its last line */
	char finding[XS_WHY_BYTES];  /* the line below its first bad verdict, or "" */
	bool inconclusive;	     /* a verdict of it */
};

/** xs_program_said() - read what a program has printed in its folder */
void xs_program_said(const char *folder, struct xs_said *said);

/** xs_program_remove() - remove a folder with all that is in it, if it is there: 0 or -errno */
int xs_program_remove(const char *folder);

#endif
