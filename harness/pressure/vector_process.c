// SPDX-License-Identifier: GPL-2.0-only
/* vector-process: another process that holds and proves registers. */
#include "pressure/pressure.h"
#include "pressure/vector.h"

const struct xs_pressure xs_pressure_vector_process = {
	.entry = {
		.name = "vector-process",
		.summary = "a process that holds and proves registers of its own",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR |
			 XS_PRESSURE_PLAIN,
	},
	.step = xs_vector_step,
};

#ifdef XS_EXPORT /* how "export" writes it */
#endif
