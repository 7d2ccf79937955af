/* SPDX-License-Identifier: GPL-2.0-only */
/* Children of a benchmark's own, for what has no engine around it. */
#ifndef XS_CROWD_H
#define XS_CROWD_H

#include <stddef.h>
#include <stdint.h>

/** xs_crowd_share() - memory of zeros that children share, or NULL; for munmap() */
void *xs_crowd_share(size_t bytes);

/**
 * xs_crowd_run() - run a function in a child on each of @n CPUs, and wait for all
 * @cpu: where, by OS index
 * @run: called with @shared and the child's number when all are there: 0 or -errno
 *
 * Children run under the normal policy as the engine's tasks do, die with the caller, and do
 * not get Ctrl-C: @run should be over in milliseconds. Return: 0, or the -errno of one.
 */
int xs_crowd_run(const uint32_t *cpu, uint32_t n, int (*run)(void *shared, uint32_t i),
		 void *shared);

#endif
