// SPDX-License-Identifier: GPL-2.0-only
/* Rows of numbers, one of each a round. */
#include "rounds.h"

#include <errno.h>
#include <stdlib.h>

#include "report/interval.h"

int xs_rounds_open(struct xs_rounds *r, struct xs_lab *lab, struct xs_bench *b, uint32_t rows)
{
	*r = (struct xs_rounds){ .room = xs_bench_iterations(b) };
	r->value = calloc(r->room, rows * sizeof(*r->value));
	return r->value ? 0 : xs_lab_fail(lab, b, "room for the numbers of all rounds", -ENOMEM);
}

void xs_rounds_set(struct xs_rounds *r, uint32_t row, uint64_t value)
{
	r->value[row * r->room + r->n] = value;
}

double xs_rounds_median(struct xs_rounds *r, uint32_t row, double unit)
{
	return (double)xs_spread(r->value + row * r->room, r->n).median / unit;
}

void xs_rounds_close(struct xs_rounds *r)
{
	free(r->value);
}
