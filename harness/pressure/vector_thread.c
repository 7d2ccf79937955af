// SPDX-License-Identifier: GPL-2.0-only
/* vector-thread: a thread of the workers' process that holds and proves registers. */
#include "pressure/pressure.h"
#include "pressure/vector.h"

const struct xs_pressure xs_pressure_vector_thread = {
	.entry = {
		.name = "vector-thread",
		.summary = "a thread of the workers' process that holds and proves registers",
		.flags = XS_PRESSURE_VECTOR | XS_PRESSURE_PLAIN,
	},
	.step = xs_vector_step,
};

#ifdef XS_EXPORT /* how "export" writes it */
#endif
