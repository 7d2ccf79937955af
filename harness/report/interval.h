/* SPDX-License-Identifier: GPL-2.0-only */
/* Small statistics: intervals of a rate, and the spread of a few numbers. */
#ifndef XS_INTERVAL_H
#define XS_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

struct xs_interval {
	double low, high; /* both within 0 .. 1 */
};

/**
 * xs_wilson() - Wilson score interval of a rate at 95 % confidence
 * @hits: at most @runs
 *
 * Return: { 0, 1 } for no runs. Pure. Source: E. B. Wilson, JASA 22 (1927).
 */
struct xs_interval xs_wilson(uint64_t hits, uint64_t runs);

/**
 * xs_rule_of_three() - upper bound on the rate of what never happened in @n tries
 *
 * The rate at which n tries without a hit have a probability of 5 % is close
 * to 3 / n. Return: at most 1. Pure.
 */
double xs_rule_of_three(uint64_t n);

struct xs_spread {
	uint64_t min, median, max;
};

/**
 * xs_spread() - smallest, middle and largest of @n values; @values is sorted
 *
 * An even number of values has the mean of the two in the middle, rounded
 * down. Return: zeros for n == 0. Pure.
 */
struct xs_spread xs_spread(uint64_t *values, size_t n);

#endif
