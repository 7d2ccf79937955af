// SPDX-License-Identifier: GPL-2.0-only
/* Percentiles of a histogram. */
#include "histogram.h"

#define MILLION 1000000u

/* The middle of a bucket. */
static uint64_t value_of(uint32_t bucket)
{
	uint32_t shift;

	if (bucket < 2 * XS_HISTOGRAM_LINEAR)
		return bucket;
	shift = bucket / XS_HISTOGRAM_LINEAR - 1;
	return ((uint64_t)(bucket - shift * XS_HISTOGRAM_LINEAR) << shift) + (1ull << shift) / 2;
}

/* total * per_million / MILLION, rounded up, without overflow; 1 at least. */
static uint64_t rank_of(uint64_t total, uint32_t per_million)
{
	const uint64_t rest = total % MILLION * per_million;
	const uint64_t rank =
		total / MILLION * per_million + rest / MILLION + (rest % MILLION ? 1 : 0);

	return rank ? rank : 1;
}

uint64_t xs_histogram_at(const struct xs_histogram *h, uint32_t per_million)
{
	uint64_t rank, seen = 0, value;
	uint32_t bucket = 0;

	if (!h->total || per_million >= MILLION)
		return h->max;
	rank = rank_of(h->total, per_million);
	if (rank == 1)
		return h->min;
	while (bucket < XS_HISTOGRAM_BUCKETS - 1 && (seen += h->count[bucket]) < rank)
		bucket++;
	value = value_of(bucket);
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}
