/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces of a neighbour: what pressure that holds registers is made of. */
#ifndef XS_VECTOR_H
#define XS_VECTOR_H

#include "task/level.h"

/** xs_vector_next() - prepare the next window of t->level: generation, and what is planted */
void xs_vector_next(struct xs_task *t);

/**
 * xs_vector_prove() - after a window: count it and, if @bad, record it
 *
 * Context: several threads or processes of one task may do this at once.
 */
void xs_vector_prove(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, int bad);

/** xs_vector_step() - load, hold and prove registers once: step() of a plain neighbour */
int xs_vector_step(struct xs_task *t);

#endif
