/* SPDX-License-Identifier: GPL-2.0-only */
/* Other programs as children: started, waited for, and ended, with all that they leave. */
#ifndef XS_PROGRAM_H
#define XS_PROGRAM_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "case/case.h"

/**
 * xs_program_fork() - fork a child that dies with us
 * @group: its process group, or 0 for a new one of its own
 * @cpus: where it may run
 * @folder: its working directory; what it prints goes to "said" there
 *
 * No signal is blocked in it, whatever the arena has blocked here. Return: as fork(), or -errno.
 * Context: single-threaded.
 */
pid_t xs_program_fork(pid_t group, const cpu_set_t *cpus, const char *folder);

/**
 * xs_program_wait() - wait until the first of a group's children ends
 * @from_ns: when it began, xs_now_ns()
 * @limit_ns: how long to wait, from then on
 * @name, @what: for the line on the terminal
 * @code: its exit code, or 128 + the signal that killed it
 *
 * It is not reaped yet. Return: 0; -ETIMEDOUT; SIGINT or SIGTERM if one of these came to us;
 * -errno. Context: while the arena is open, which blocks these signals.
 */
int xs_program_wait(pid_t group, uint64_t from_ns, uint64_t limit_ns, const char *name,
		    const char *what, int *code);

/** xs_program_end() - end all children of a group, by SIGTERM, then by SIGKILL, and reap them */
void xs_program_end(pid_t group);

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
