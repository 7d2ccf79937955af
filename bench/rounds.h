/* SPDX-License-Identifier: GPL-2.0-only */
/* The numbers of a benchmark's rounds, for their medians. */
#ifndef XS_ROUNDS_H
#define XS_ROUNDS_H

#include "lab.h"

struct xs_rounds {
	uint64_t room, n; /* rounds that there will be, and those that are over */
	uint64_t *value;  /* rows of .room numbers */
};

/**
 * xs_rounds_open() - room for @rows numbers of each round of @b
 *
 * Return: 0, to be ended with xs_rounds_close(), or -ECANCELED with the benchmark failed.
 */
int xs_rounds_open(struct xs_rounds *r, struct xs_lab *lab, struct xs_bench *b, uint32_t rows);

/** xs_rounds_set() - a number of the round that runs; ++r->n ends it */
void xs_rounds_set(struct xs_rounds *r, uint32_t row, uint64_t value);

/** xs_rounds_median() - of a row, divided by @unit; sorts it */
double xs_rounds_median(struct xs_rounds *r, uint32_t row, double unit);

void xs_rounds_close(struct xs_rounds *r);

#endif
