/* SPDX-License-Identifier: GPL-2.0-only */
/* The pressure axis: what competes with the workers. */
#ifndef XS_PRESSURE_H
#define XS_PRESSURE_H

#include "axis/axis.h"
#include "task/plant.h"

struct xs_task;

struct xs_pressure {
	struct xs_entry entry;
	/* Run until xs_task_stopping(t): 0 or -errno. */
	int (*run)(struct xs_task *t);
	/* Where the self-test plants into its registers; XS_PLANT_NOTHING: as XS_PLANT_NEIGHBOUR.
	 */
	enum xs_plant_how plant;
	uint32_t legs; /* mask over enum xs_leg: exactly these find it; 0: XS_LEG_RETURN */
};

static inline const struct xs_pressure *xs_pressure(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_PRESSURE, row);
}

#endif
