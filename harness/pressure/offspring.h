/* SPDX-License-Identifier: GPL-2.0-only */
/* Children of pressure tasks, and where and how long these run. */
#ifndef XS_OFFSPRING_H
#define XS_OFFSPRING_H

#include <stdbool.h>
#include <sys/types.h>

#include "task/task.h"

/**
 * xs_offspring_fork() - fork a child that dies with the calling task
 *
 * The same as fork() without libc's handlers and locks. Return: the child's
 * process number, 0 in the child, or -errno.
 */
pid_t xs_offspring_fork(void);

/**
 * xs_offspring_try() - call @what in a child that is then gone, with all that it changed
 *
 * Return: what @what returned, 0 or -errno, or the error of making the child.
 * Context: any process.
 */
int xs_offspring_try(int (*what)(void));

/**
 * xs_offspring_judge() - what the death of a child says about the run
 * @status: from wait4()
 *
 * If the child died of a signal that accuses the kernel, the calling process
 * dies of the same: the parent sees its own children only. Return: 0, or
 * -errno for any other unasked death, which is reported as @what.
 */
int xs_offspring_judge(struct xs_task *t, int status, const char *what);

/** xs_offspring_reap() - wait for a child to leave by itself, and judge */
int xs_offspring_reap(struct xs_task *t, pid_t pid, const char *what);

/**
 * xs_is_there() - whether a task that has begun is still there
 *
 * A thread that has ended may have left its number to a program of somebody
 * else, which is not to be touched.
 */
bool xs_is_there(const struct xs_counters *c);

/** xs_cpu_now() - the CPU that the caller runs on */
int32_t xs_cpu_now(void);

/** xs_tasks_pinned() - how many tasks of the plan are pinned to a CPU */
uint32_t xs_tasks_pinned(const struct xs_plan *plan, int32_t cpu);

/**
 * xs_quietest_cpu() - of the plan's CPUs the one that fewest tasks are pinned to
 * @not: a CPU that will not do, or -1; @nor: another
 *
 * Return: a CPU, or -1 where there is no other.
 */
int32_t xs_quietest_cpu(const struct xs_plan *plan, int32_t not, int32_t nor);

/** xs_rest_until_stop() - sleep @us, but not much longer than until the run's end */
void xs_rest_until_stop(const struct xs_task *t, uint32_t us);

#endif
