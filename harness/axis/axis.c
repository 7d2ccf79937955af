// SPDX-License-Identifier: GPL-2.0-only
/* The table of the axes. */
#include "axis/axis.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "axis/leg.h"
#include "axis/rows.h"

/* Each entry's struct begins with its struct xs_entry; what else it has is its own axis's business.
 */
#define XS_STATE(id, ...)    ENTRY(struct xs_state_class, xs_state_##id)
#define XS_SIGNAL(id, ...)   ENTRY(struct xs_signal_source, xs_signal_##id)
#define XS_HANDLER(id, ...)  ENTRY(struct xs_handler_action, xs_handler_##id)
#define XS_ABI(id, ...)	     ENTRY(struct xs_abi, xs_abi_##id)
#define XS_STACK(id, ...)    ENTRY(struct xs_stack_fault, xs_stack_##id)
#define XS_HOLD(id, ...)     ENTRY(struct xs_hold, xs_hold_##id)
#define XS_PRESSURE(id, ...) ENTRY(struct xs_pressure, xs_pressure_##id)

#define ENTRY(type, object) extern const type object;
#include "axis/state.def"
#include "axis/signal.def"
#include "axis/handler.def"
#include "axis/abi.def"
#include "axis/stack.def"
#include "axis/hold.def"
#include "axis/pressure.def"
#undef ENTRY
#define ENTRY(type, object) (const struct xs_entry *)&(object),
static const struct xs_entry *const entries[] = {
#include "axis/state.def"
#include "axis/signal.def"
#include "axis/handler.def"
#include "axis/abi.def"
#include "axis/stack.def"
#include "axis/hold.def"
#include "axis/pressure.def"
};

/* Where the entries of each axis begin. */
enum {
	STATE_AT,
	SIGNAL_AT = STATE_AT + XS_STATES,
	HANDLER_AT = SIGNAL_AT + XS_SIGNALS,
	ABI_AT = HANDLER_AT + XS_HANDLERS,
	STACK_AT = ABI_AT + XS_ABIS,
	HOLD_AT = STACK_AT + XS_STACKS,
	PRESSURE_AT = HOLD_AT + XS_HOLDS,
};

#define ROWS(axis) .rows = XS_##axis##S, .entry = entries + axis##_AT

const struct xs_axis xs_axes[XS_AXES] = {
	[XS_AXIS_STATE] = {
		.id = "state",
		.title = "register classes",
		.key = "registers",
		.list = "Register classes ([worker] and [pressure] registers)",
		ROWS(STATE),
	},
	[XS_AXIS_SIGNAL] = {
		.id = "signal",
		.title = "signal sources",
		.key = "sources",
		.list = "Signal sources ([signal] source)",
		ROWS(SIGNAL),
	},
	[XS_AXIS_HANDLER] = {
		.id = "handler",
		.title = "handler actions",
		.key = "actions",
		.list = "Handler actions ([handler] action)",
		ROWS(HANDLER),
	},
	[XS_AXIS_ABI] = {
		.id = "abi",
		.title = "kinds of frame",
		.key = "abis",
		.list = "Frames ([handler] abi)",
		ROWS(ABI),
	},
	[XS_AXIS_STACK] = {
		.id = "stack",
		.title = "stack faults",
		.key = "faults",
		.list = "Stack-fault methods ([stack] fault)",
		ROWS(STACK),
	},
	[XS_AXIS_HOLD] = {
		.id = "hold",
		.title = "holds",
		.key = "holds",
		.list = "Holds ([worker] and [pressure] hold)",
		ROWS(HOLD),
	},
	[XS_AXIS_PRESSURE] = {
		.id = "pressure",
		.title = "pressure kinds",
		.key = "pressures",
		.list = "Pressure kinds ([pressure KIND])",
		ROWS(PRESSURE),
	},
};

const char *const xs_leg_names[] = { "frame", "handler", "return", "fork",  "exec",   "ptrace",
				     "core",  "layout",	 "guest",  "kernel", NULL };

int xs_why(int rc, char *why, const char *format, ...)
{
	va_list args;

	if (!rc || !why)
		return rc;
	errno = -rc;
	va_start(args, format);
	vsnprintf(why, XS_WHY_BYTES, format, args);
	va_end(args);
	return rc;
}

int xs_row(enum xs_axis_id axis, const char *name)
{
	for (uint32_t i = 0; i < xs_axes[axis].rows; i++)
		if (!strcmp(xs_name(axis, i), name))
			return (int)i;
	return -1;
}

uint32_t xs_rows(enum xs_axis_id axis, uint32_t mask, uint32_t with, uint32_t without)
{
	const struct xs_entry *const *entry = xs_axes[axis].entry;
	uint32_t rows = 0;

	for (mask &= xs_all_rows(axis); mask; mask &= mask - 1) {
		const unsigned int i = (unsigned int)__builtin_ctz(mask);

		if ((entry[i]->flags & (with | without)) == with)
			rows |= 1u << i;
	}
	return rows;
}

uint8_t xs_first(enum xs_axis_id axis, uint32_t with)
{
	uint8_t row = 0;

	while ((xs_flags(axis, row) & with) != with)
		row++;
	return row;
}
