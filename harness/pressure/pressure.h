/* SPDX-License-Identifier: GPL-2.0-only */
/* The pressure axis: what competes with the workers. */
#ifndef XS_PRESSURE_H
#define XS_PRESSURE_H

#include <stdbool.h>

#include "axis/axis.h"
#include "task/plant.h"

struct xs_task;

/* What makes of these a run: xs_pressure_run(). Hooks return 0 or -errno, reported, or are NULL. */
struct xs_pressure {
	struct xs_entry entry;
	uint32_t period_us; /* of rest between two steps, where the case says nothing */
	uint32_t own_bytes; /* of t->own: zeros */
	bool shared;	    /* children share t->own, and t->level */
	/* Before the run's start: what takes time; and after it. */
	int (*open)(struct xs_task *t);
	int (*begin)(struct xs_task *t);
	/* Again and again until xs_task_stopping(t), or it is 1: there is nothing left to do. */
	int (*step)(struct xs_task *t);
	/* However far it has come. */
	void (*close)(struct xs_task *t);
	/* Where the self-test plants into its registers; XS_PLANT_NOTHING: as XS_PLANT_NEIGHBOUR.
	 */
	enum xs_plant_how plant;
	uint32_t legs; /* mask over enum xs_leg: exactly these find it; 0: XS_LEG_RETURN */
};

static inline const struct xs_pressure *xs_pressure(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_PRESSURE, row);
}

/**
 * xs_pressure_run() - all that task @t does in a run: 0 or -errno (reported)
 *
 * With XS_PRESSURE_VECTOR t->level has its registers, and a window with a short hold.
 */
int xs_pressure_run(struct xs_task *t);

/** xs_pressure_rest_us() - the case's period_us, or that of the kind */
uint32_t xs_pressure_rest_us(const struct xs_task *t);

#endif
