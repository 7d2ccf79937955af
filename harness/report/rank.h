/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether two samples differ: ranks, which need no assumption on how times are distributed. */
#ifndef XS_RANK_H
#define XS_RANK_H

#include <stddef.h>

#define XS_RANK_EXACT 30u /* values in both samples together, up to which p is exact */

/**
 * xs_rank_p() - two-sided Mann-Whitney U test of two samples
 * @a: @n finite values
 * @b: @m finite values
 *
 * The probability that a random split of the same values is at least as uneven as this one. Exact,
 * with ties too, up to XS_RANK_EXACT values; beyond, the normal approximation with corrections
 * for ties and continuity. Return: 1 where a sample is empty. Pure.
 * Source: H. B. Mann, D. R. Whitney, Ann. Math. Stat. 18 (1947).
 */
double xs_rank_p(const double *a, size_t n, const double *b, size_t m);

/** xs_rank_least_p() - the least p that xs_rank_p() can have for @n and @m values, all different */
double xs_rank_least_p(size_t n, size_t m);

/**
 * xs_rank_values() - how many values each sample needs
 * @p: above 0
 *
 * Return: the least n with xs_rank_least_p(n, n) <= @p. Pure.
 */
size_t xs_rank_values(double p);

/**
 * xs_discovery() - adjust the p of @n tests for their number
 * @p: replaced by q, Benjamini's and Hochberg's; of the tests with q <= 0.05, at most 5 % are
 *     expected to be chance
 *
 * Return: 0 or -ENOMEM. Source: Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57 (1995).
 */
int xs_discovery(double *p, size_t n);

#endif
