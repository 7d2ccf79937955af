/* SPDX-License-Identifier: GPL-2.0-only */
/* The pressure axis: what competes with the workers. */
#ifndef XS_PRESSURE_H
#define XS_PRESSURE_H

#include "axis/axis.h"

struct xs_task;

struct xs_pressure {
	struct xs_entry entry;
	/* Run until xs_task_stopping(t): 0 or -errno. */
	int (*run)(struct xs_task *t);
};

static inline const struct xs_pressure *xs_pressure(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_PRESSURE, row);
}

#endif
