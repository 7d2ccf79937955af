/* SPDX-License-Identifier: GPL-2.0-only */
/* What children get of a shadow stack: their creator's, a copy of it, or one of their own. */
#ifndef XS_SHADOWED_H
#define XS_SHADOWED_H

#include "task/level.h"

/**
 * xs_shadowed_step() - step(t), on a shadow stack if that is @wanted and there are any
 *
 * Return: what step() has returned.
 */
int xs_shadowed_step(struct xs_task *t, bool wanted, int (*step)(struct xs_task *t));

/**
 * xs_shadowed_lower() - have the coming window of t->level hold with known words above SSP
 *
 * Return: SSP in there, or 0 where there is no shadow stack.
 */
uint64_t xs_shadowed_lower(struct xs_task *t);

/**
 * xs_shadowed_prove() - prove SSP, the words above it, and that calls return: xs_shadowed_lower()'s
 * @l: whose window it is
 * @due: where SSP was in the system call of the window; 0: nothing is proved
 * @ssp: where it is behind that: the caller's, or its child's with a copy or its creator's own
 */
void xs_shadowed_prove(struct xs_task *t, struct xs_level *l, uint64_t due, uint64_t ssp);

/** xs_shadowed_prove_own() - the same of a thread's first SSP, on a shadow stack of its own */
void xs_shadowed_prove_own(struct xs_task *t, struct xs_level *l, uint64_t due, uint64_t ssp);

#endif
