/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram of any 64-bit values, of fixed size: each power of two is cut into 64 buckets of
 * equal width. What it says of a value is less than 0.8 % off. The idea is HdrHistogram's.
 */
#ifndef XS_HISTOGRAM_H
#define XS_HISTOGRAM_H

#include <stdint.h>

#define XS_HISTOGRAM_SHIFT   6u
#define XS_HISTOGRAM_LINEAR  (1u << XS_HISTOGRAM_SHIFT) /* buckets of each power of two */
#define XS_HISTOGRAM_BUCKETS ((64u - XS_HISTOGRAM_SHIFT + 1u) * XS_HISTOGRAM_LINEAR)

/* All zero: empty. */
struct xs_histogram {
	uint64_t total;	   /* values */
	uint64_t min, max; /* exact; of none: 0 */
	uint64_t count[XS_HISTOGRAM_BUCKETS];
};

/** xs_histogram_bucket() - where @value is counted: values below 128 have a bucket each */
static inline uint32_t xs_histogram_bucket(uint64_t value)
{
	uint32_t shift;

	if (value < XS_HISTOGRAM_LINEAR)
		return (uint32_t)value;
	/* The highest bit chooses the power of two, the six below it the bucket. */
	shift = 63u - (uint32_t)__builtin_clzll(value) - XS_HISTOGRAM_SHIFT;
	return shift * XS_HISTOGRAM_LINEAR + (uint32_t)(value >> shift);
}

/** xs_histogram_add() - count a value. Context: any, signal handlers included; one writer. */
static inline void xs_histogram_add(struct xs_histogram *h, uint64_t value)
{
	h->count[xs_histogram_bucket(value)]++;
	if (!h->total || value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->total++;
}

/**
 * xs_histogram_at() - the value that @per_million of all values do not exceed
 * @per_million: 990000 for the 99th percentile; 1000000 or more: the largest value
 *
 * By nearest rank: the value whose rank, from 1, is @per_million of all, rounded up. From the
 * middle of its bucket, but never outside of what was added. Return: 0 for no values. Pure.
 */
uint64_t xs_histogram_at(const struct xs_histogram *h, uint32_t per_million);

#endif
