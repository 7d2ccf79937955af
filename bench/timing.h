/* SPDX-License-Identifier: GPL-2.0-only */
/* Times by the TSC, which alone is fast enough for a signal; the clock says how fast it runs. */
#ifndef XS_TIMING_H
#define XS_TIMING_H

#include "histogram.h"
#include "task/sys.h"

struct xs_moment {
	uint64_t ticks, ns;
};

/* Latencies, and how long the runs took in which they were measured. All zero: none. */
struct xs_timing {
	struct xs_histogram ticks;
	uint64_t all_ticks, all_ns;
};

/** xs_moment_now() - by the TSC and by the clock at once: the closest of some tries */
static inline struct xs_moment xs_moment_now(void)
{
	struct xs_moment m = { 0 };
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < 8; i++) {
		const uint64_t from = xs_rdtsc(), ns = xs_now_ns(), took = xs_rdtsc() - from;

		if (took < least) {
			least = took;
			m.ticks = from + took / 2;
			m.ns = ns;
		}
	}
	return m;
}

/** xs_timing_end() - a run that began at @from is over. Return: its time in ns. */
static inline uint64_t xs_timing_end(struct xs_timing *t, const struct xs_moment *from)
{
	const struct xs_moment to = xs_moment_now();

	t->all_ticks += to.ticks - from->ticks;
	t->all_ns += to.ns - from->ns;
	return to.ns - from->ns;
}

/** xs_timing_ns() - a percentile; see xs_histogram_at() */
static inline double xs_timing_ns(const struct xs_timing *t, uint32_t per_million)
{
	const double ns = (double)xs_histogram_at(&t->ticks, per_million) * (double)t->all_ns;

	return t->all_ticks ? ns / (double)t->all_ticks : 0;
}

#endif
