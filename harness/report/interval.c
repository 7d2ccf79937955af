// SPDX-License-Identifier: GPL-2.0-only
/* Wilson interval, rule of three, and median. */
#include "report/interval.h"

#include <math.h>
#include <stdlib.h>

#define Z95 1.959963984540054 /* 97.5 % quantile of the normal distribution */

struct xs_interval xs_wilson(uint64_t hits, uint64_t runs)
{
	double n = (double)runs, rate, middle, half, scale;

	if (!runs)
		return (struct xs_interval){ 0, 1 };
	rate = (double)hits / n;
	scale = 1 + Z95 * Z95 / n;
	middle = (rate + Z95 * Z95 / (2 * n)) / scale;
	half = Z95 * sqrt(rate * (1 - rate) / n + Z95 * Z95 / (4 * n * n)) / scale;
	/* At the ends the interval touches 0 or 1 exactly; rounding must not miss it. */
	return (struct xs_interval){
		.low = hits ? fmax(middle - half, 0) : 0,
		.high = hits < runs ? fmin(middle + half, 1) : 1,
	};
}

double xs_rule_of_three(uint64_t n)
{
	return n > 3 ? 3 / (double)n : 1;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct xs_spread xs_spread(uint64_t *values, size_t n)
{
	uint64_t below, above;

	if (!n)
		return (struct xs_spread){ 0, 0, 0 };
	qsort(values, n, sizeof(*values), compare);
	below = values[(n - 1) / 2];
	above = values[n / 2];
	return (struct xs_spread){ values[0], below + (above - below) / 2, values[n - 1] };
}
