// SPDX-License-Identifier: GPL-2.0-only
/* vector-process: another process that holds and proves registers. */
#include "pressure/pressure.h"
#include "pressure/vector.h"

const struct xs_pressure xs_pressure_vector_process = {
	.name = "vector-process",
	.summary = "a process that holds and proves registers of its own",
	.process = true,
	.stays = true,
	.vector = true,
	.run = xs_vector_main,
};
