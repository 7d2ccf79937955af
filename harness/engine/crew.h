/* SPDX-License-Identifier: GPL-2.0-only */
/* The arena's children: who has a part in a run, who has left it, what a death says. */
#ifndef XS_CREW_H
#define XS_CREW_H

#include <stdbool.h>

#include "engine/arena.h"

/**
 * xs_crew_change() - end children that may have no part in the plan's run
 * @stay: whether those of that run are to stay
 *
 * They are those of a run after which nobody stays, or the other way round. Nor may
 * a worker fork in its handler that has used a dynamic component in an earlier
 * run: the frame is as large as its state was, the child's state is not, and
 * the child's sigreturn then takes x87 and SSE alone (Linux 5.16 to 6.18).
 */
void xs_crew_change(struct xs_arena *a, bool stay);

/**
 * xs_crew_start() - give every process of the arena's plan to a child
 * @ending: set if one that waited has died of what accuses the kernel
 *
 * Wakes children that wait for a run, forks those that are not there. Return:
 * 0 or -errno.
 */
int xs_crew_start(struct xs_arena *a, struct xs_ending *ending);

/**
 * xs_crew_left() - note which children have finished their part, by memory alone
 *
 * Return: whether nobody is busy any more.
 */
bool xs_crew_left(struct xs_arena *a);

/**
 * xs_crew_reap() - note who has left, and who has died
 * @ending: set to what a death says; NULL: it is known why they die
 */
void xs_crew_reap(struct xs_arena *a, struct xs_ending *ending);

/** xs_crew_workers_left() - whether the workers' processes have finished their parts */
bool xs_crew_workers_left(const struct xs_arena *a);

/** xs_crew_stopped() - whether somebody has stopped a busy child: it will not leave */
bool xs_crew_stopped(const struct xs_arena *a);

/**
 * xs_crew_dismiss() - kill all children, busy or waiting, and wait for their end
 * @hung: whether a task of theirs is known to hang, so that not all may die
 *
 * Return: one that does not die within 10 s, or 2 s if @hung, for which it had a CPU, or slept; it
 * is the arena's no longer. Its .pid is 0 if all did.
 */
struct xs_child xs_crew_dismiss(struct xs_arena *a, bool hung);

#define XS_CHILD_ORPHAN 99 /* exit code: its parent was gone, or in another namespace */

/**
 * xs_child_start() - fork a child that does what its seat says
 *
 * It dies with the calling thread, leaves no core file, and does not get
 * Ctrl-C. If children stay, it waits for its next part when it has done one.
 * Return: its process number, or -errno.
 */
pid_t xs_child_start(const struct xs_arena *arena, uint32_t seat);

/** xs_ending_fail() - note the first error of the harness; returns @error */
int xs_ending_fail(struct xs_ending *ending, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
