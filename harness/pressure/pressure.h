/* SPDX-License-Identifier: GPL-2.0-only */
/* The pressure axis: what competes with the workers. */
#ifndef XS_PRESSURE_H
#define XS_PRESSURE_H

#include <stdbool.h>

struct xs_task;

struct xs_pressure {
	const char *name;
	const char *summary;
	bool process;	   /* a process of its own; else a thread of the workers' */
	bool forks;	   /* children are to inherit its registers */
	bool stays;	   /* its process is as before when it has run: it may do so again */
	bool alters;	   /* what it does to the workers' process is there when it has run */
	bool vector;	   /* holds and proves registers: the case's registers key applies */
	bool shared_stack; /* works on stacks whose method keeps their contents, elsewhere not */
	/* The permission that whoever starts the run must give by name, or NULL: none needed. */
	const char *allow;
	/* Why not here: 0, or -errno with @why set (XS_WHY_BYTES). */
	int (*supported)(char *why);
	/* Run until xs_task_stopping(t): 0 or -errno. */
	int (*run)(struct xs_task *t);
};

enum {
#define XS_PRESSURE(id, ...) XS_PRESSURE_##id,
#include "pressure/pressure.def"
#undef XS_PRESSURE
	XS_PRESSURES
};

extern const struct xs_pressure *const xs_pressures[XS_PRESSURES];

/** xs_pressure_find() - row of a kind by its name, or -1 */
int xs_pressure_find(const char *name);

#endif
