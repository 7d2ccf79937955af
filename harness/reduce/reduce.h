/* SPDX-License-Identifier: GPL-2.0-only */
/* Reducing a case step by step: which variant is next, and what has been reached. */
#ifndef XS_REDUCE_H
#define XS_REDUCE_H

#include "reduce/simplify.h"

/* A set that only grows, or is emptied. */
struct xs_hashes {
	uint64_t *hash;
	uint32_t count;
};

/* A reduction under way. The caller runs what xs_reduce_next() gives, and says how it did. */
struct xs_reduce {
	uint32_t registers;
	uint32_t steps;
	struct xs_simpler *step; /* [0]: the beginning; [steps]: the best so far */
	struct xs_simpler *list; /* the variants of that */
	uint32_t count, at;	 /* .at: the one given last */
	bool kept;		 /* something, in this round */
	struct xs_hashes names;	 /* refused in this round */
	struct xs_hashes gone;	 /* cases and names refused for good */
};

/**
 * xs_reduce_begin() - begin with @c
 * @registers: the classes that the machine has
 *
 * Return: 0 or -ENOMEM; xs_reduce_end() is right after either.
 */
int xs_reduce_begin(struct xs_reduce *r, const struct xs_case *c, uint32_t registers);
void xs_reduce_end(struct xs_reduce *r);

/** xs_reduce_resume() - go on from @c, which was reached before. Return: 0 or -ENOMEM. */
int xs_reduce_resume(struct xs_reduce *r, const struct xs_case *c);

/** xs_reduce_best() - the simplest case so far that was kept, or the first one */
const struct xs_case *xs_reduce_best(const struct xs_reduce *r);

/**
 * xs_reduce_next() - the next variant to try
 *
 * Goes on from what was kept, and round again until a whole round keeps
 * nothing: then no single simplification of the best case is left. A variant
 * that was refused is never given again. Return: NULL at the end.
 */
const struct xs_simpler *xs_reduce_next(struct xs_reduce *r);

/**
 * xs_reduce_back() - take back all steps after @step, which is less than .steps
 *
 * The first of them is refused for good, the others may come again. Return: 0 or -ENOMEM.
 */
int xs_reduce_back(struct xs_reduce *r, uint32_t step);

/** xs_reduce_tell() - whether the variant given last is kept. Return: 0 or -ENOMEM. */
int xs_reduce_tell(struct xs_reduce *r, bool kept);

#endif
