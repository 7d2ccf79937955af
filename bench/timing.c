// SPDX-License-Identifier: GPL-2.0-only
/* From ticks of the TSC to time. */
#include "timing.h"

double xs_timing_ns(const struct xs_timing *t, uint32_t per_million)
{
	return t->all_ticks ? (double)xs_histogram_at(&t->ticks, per_million) * (double)t->all_ns /
				      (double)t->all_ticks
			    : 0;
}
