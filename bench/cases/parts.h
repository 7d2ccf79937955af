/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a worker's iteration, each timed alone. */
#ifndef XS_PARTS_H
#define XS_PARTS_H

#include "lab.h"

/* What an iteration with a signal and no stack fault does once, in this order; then one more. */
enum xs_part {
	XS_PART_STEP,	     /* the image to the next generation */
	XS_PART_LOAD,	     /* the image into the registers */
	XS_PART_KERNEL,	     /* a signal to oneself and back, with an empty handler: no oracle */
	XS_PART_DUMP,	     /* the registers at handler entry, which are in init state */
	XS_PART_COPY,	     /* the frame's fpstate */
	XS_PART_CHECK,	     /* the registers against the image */
	XS_PART_COMPARE,     /* frame and entry against what they have to be */
	XS_PART_DUMP_LOADED, /* the loaded registers: only on a mismatch */
	XS_PARTS
};

/**
 * xs_parts_time() - what each part costs with one class in use, which the CPU has
 * @class: row of state.def
 * @ps: set to picoseconds, by enum xs_part
 *
 * In a child on xs_lab_cpu(), back to back in a warm cache. Everything is proved as in an
 * iteration. Return: 0, or -ECANCELED with the benchmark ended.
 */
int xs_parts_time(struct xs_measure *m, uint32_t class, uint64_t ps[XS_PARTS]);

#endif
