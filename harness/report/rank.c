// SPDX-License-Identifier: GPL-2.0-only
/* Mann-Whitney U test, and the false discovery rate of many of them. */
#include "report/rank.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define EXACT_FEW (XS_RANK_EXACT / 2) /* values in the smaller sample */
#define EXACT_SUM                                                                                  \
	(EXACT_FEW * (2 * XS_RANK_EXACT + 1)) /* no sum of their doubled ranks is more             \
					       */

/* Both samples as one. */
static double at(const double *a, size_t n, const double *b, size_t i)
{
	return i < n ? a[i] : b[i - n];
}

/* Twice the rank of value @i among all; equal values share the mean of their ranks. */
static uint64_t doubled_rank(const double *a, size_t n, const double *b, size_t m, size_t i,
			     uint64_t *equal)
{
	const double value = at(a, n, b, i);
	uint64_t less = 0;

	*equal = 0;
	for (size_t j = 0; j < n + m; j++) {
		const double other = at(a, n, b, j);

		less += other < value;
		*equal += !(other < value) && !(other > value);
	}
	return 2 * less + *equal + 1;
}

/*
 * ways[k][s]: how many of the sets of k values have doubled ranks that add up to s. All sets of
 * @n values are equally probable; @sum is that of the sample.
 */
static double exact(const uint64_t *ranks, size_t n, size_t m, uint64_t sum)
{
	uint64_t ways[EXACT_FEW + 1][EXACT_SUM + 1] = { { 1 } };
	const uint64_t middle = n * (n + m + 1); /* doubled, too */
	const uint64_t off = sum > middle ? sum - middle : middle - sum;
	uint64_t uneven = 0, all = 0;

	for (size_t i = 0; i < n + m; i++)
		for (size_t k = i < n ? i + 1 : n; k; k--)
			for (uint64_t s = EXACT_SUM; s >= ranks[i]; s--)
				ways[k][s] += ways[k - 1][s - ranks[i]];
	for (uint64_t s = 0; s <= EXACT_SUM; s++) {
		all += ways[n][s];
		if ((s > middle ? s - middle : middle - s) >= off)
			uneven += ways[n][s];
	}
	return (double)uneven / (double)all;
}

double xs_rank_p(const double *a, size_t n, const double *b, size_t m)
{
	uint64_t ranks[XS_RANK_EXACT], equal, sum = 0;
	const double both = (double)n + (double)m;
	double ties = 0, off, variance;

	if (n > m) /* the smaller first: it is the same test */
		return xs_rank_p(b, m, a, n);
	if (!n)
		return 1;
	for (size_t i = 0; i < n + m; i++) {
		const uint64_t rank = doubled_rank(a, n, b, m, i, &equal);

		if (n + m <= XS_RANK_EXACT)
			ranks[i] = rank;
		if (i < n)
			sum += rank;
		/* t equal values: t times t^2 - 1 is t^3 - t. */
		ties += (double)equal * (double)equal - 1;
	}
	if (n + m <= XS_RANK_EXACT)
		return exact(ranks, n, m, sum);
	off = fmax(fabs((double)sum / 2 - (double)n * (both + 1) / 2) - 0.5, 0);
	variance = (double)n * (double)m / 12 * (both + 1 - ties / (both * (both - 1)));
	return variance > 0 ? erfc(off / sqrt(2 * variance)) : 1;
}

double xs_rank_least_p(size_t n, size_t m)
{
	double p = 2;

	/* 2 of the (n + m over n) splits are the most uneven ones. */
	for (size_t i = 1; i <= n; i++)
		p *= (double)i / (double)(m + i);
	return fmin(p, 1);
}

size_t xs_rank_values(double p)
{
	size_t n = 1;

	while (xs_rank_least_p(n, n) > p)
		n++;
	return n;
}

static int compare(const void *x, const void *y)
{
	const double a = **(double *const *)x, b = **(double *const *)y;

	return (a > b) - (a < b);
}

int xs_discovery(double *p, size_t n)
{
	double **order = n ? calloc(n, sizeof(*order)) : NULL;
	double least = 1;

	if (n && !order)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i] = &p[i];
	if (n)
		qsort(order, n, sizeof(*order), compare);
	for (size_t i = n; i; i--) {
		least = fmin(least, *order[i - 1] * (double)n / (double)i);
		*order[i - 1] = least;
	}
	free(order);
	return 0;
}
