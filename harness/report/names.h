/* SPDX-License-Identifier: GPL-2.0-only */
/* Names as people say them: registers, tasks, legs, times. Who gives room for one gets it back. */
#ifndef XS_NAMES_H
#define XS_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/oracle.h"

#define XS_LANE_NAME_BYTES 32u
#define XS_TASK_NAME_BYTES 96u
#define XS_TIME_BYTES	   24u
#define XS_PRINTABLE_BYTES 4096u

/**
 * xs_lane_name() - "ymm5 lane 2", "st(3)", "st(3) exponent", "k1", "tmm3[15] lane 0"
 * @file: enum xs_file
 * @lane: 64 bits each, from the low end; it decides between xmm, ymm and zmm
 */
const char *xs_lane_name(char name[XS_LANE_NAME_BYTES], uint32_t file, uint32_t reg, uint32_t lane);

/** xs_lane_digits() - hexadecimal digits of a lane */
static inline int xs_lane_digits(uint32_t file)
{
	return 2 * xs_files[file].bytes;
}

/**
 * xs_task_name() - "worker 0 on CPU 1", "pressure vector-process #3 on CPU 0"
 * @plan: may be NULL: then only "task 3"; a task beyond it is one of an earlier case
 * @task: index in the plan, which is also the number in the name
 */
const char *xs_task_name(char name[XS_TASK_NAME_BYTES], const struct xs_plan *plan, uint32_t task);

/** xs_leg_words() - "in the signal frame", "at handler entry", "after sigreturn" */
const char *xs_leg_words(uint32_t leg, uint32_t signalled);

/**
 * xs_printable() - foreign text, a file's name say, fit for a terminal
 *
 * Control characters, which could be escape codes, and what is not ASCII become '?'; what does
 * not fit is left out at the start.
 */
const char *xs_printable(char text[XS_PRINTABLE_BYTES], const char *from);

/** xs_time() - a duration in three digits and a unit: "71.2 ms", "12.0 s" */
const char *xs_time(char text[XS_TIME_BYTES], uint64_t ns);

#endif
