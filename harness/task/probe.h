/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds out what faults here, in a child. */
#ifndef XS_PROBE_H
#define XS_PROBE_H

#include <stdbool.h>

/**
 * xs_probe() - whether @act faults (SIGSEGV, SIGILL, SIGFPE)
 * @why: NULL, or set to the reason of an error (XS_WHY_BYTES)
 *
 * It is called in a child, which leaves no core file and, where the kernel can do that, sends no
 * SIGCHLD: the parent counts those of others. One that hangs is given up after 6 s.
 * Return: 1, 0 if it came back, or -errno.
 */
int xs_probe(void (*act)(void), char *why);

/** xs_probe_cpus() - whether there are several CPUs to run on: 0, or -EOPNOTSUPP with @why set */
int xs_probe_cpus(char *why);

/** xs_probe_ia32() - whether the kernel runs 32-bit code: 0 or -errno with @why set */
int xs_probe_ia32(char *why);

/** xs_on_valgrind() - whether Valgrind runs this program, one thread of it at a time */
bool xs_on_valgrind(void);

#endif
