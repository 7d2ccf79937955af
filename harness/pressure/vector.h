/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces of a neighbour: what pressure that holds registers is made of. */
#ifndef XS_VECTOR_H
#define XS_VECTOR_H

#include "task/level.h"

/**
 * xs_vector_open() - images and a window for @t, with a short hold
 *
 * @sharing: MAP_PRIVATE, or MAP_SHARED to have one memory with children that
 *	@t makes later
 *
 * Return: the caller's, to be ended with xs_vector_close(), or NULL (reported).
 */
struct xs_level *xs_vector_open(struct xs_task *t, int sharing);

/** xs_vector_next() - prepare the next window: generation, and what is planted */
void xs_vector_next(struct xs_task *t, struct xs_level *l);

/**
 * xs_vector_prove() - after a window: count it and, if @bad, record it
 *
 * Context: several threads or processes of one task may do this at once.
 */
void xs_vector_prove(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, int bad);

/** xs_vector_rest() - count the round, and sleep the case's period_us, or @default_us */
void xs_vector_rest(struct xs_task *t, uint32_t default_us);

/**
 * xs_vector_rounds() - begin, and run and prove windows of @l until the end
 * @default_us: the sleep between two where the case has no period_us
 * @prepare: called with @arg before each window, or NULL; it returns 0 or
 *	-errno, which it has reported
 *
 * Return: 0 or -errno (reported).
 */
int xs_vector_rounds(struct xs_task *t, struct xs_level *l, uint32_t default_us,
		     int (*prepare)(void *arg), void *arg);

/** xs_vector_main() - load, hold and prove registers until the end: run() of a plain neighbour */
int xs_vector_main(struct xs_task *t);

/** xs_vector_close() - the task's usage, and the level's memory; takes NULL too */
void xs_vector_close(struct xs_task *t, struct xs_level *l);

#endif
