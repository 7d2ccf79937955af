// SPDX-License-Identifier: GPL-2.0-only
/* The table of the axes. */
#include "axis/axis.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Each entry's struct begins with its struct xs_entry; what else it has is its own axis's business.
 */
#define ENTRY(object) (const struct xs_entry *)&(object),

#define XS_STATE(id, ...) extern const struct xs_state_class xs_state_##id;
#include "axis/state.def"
#undef XS_STATE
#define XS_STATE(id, ...) ENTRY(xs_state_##id)
static const struct xs_entry *const state_rows[] = {
#include "axis/state.def"
};
#undef XS_STATE

#define XS_SIGNAL(id, ...) extern const struct xs_signal_source xs_signal_##id;
#include "axis/signal.def"
#undef XS_SIGNAL
#define XS_SIGNAL(id, ...) ENTRY(xs_signal_##id)
static const struct xs_entry *const signal_rows[] = {
#include "axis/signal.def"
};
#undef XS_SIGNAL

#define XS_HANDLER(id, ...) extern const struct xs_handler_action xs_handler_##id;
#include "axis/handler.def"
#undef XS_HANDLER
#define XS_HANDLER(id, ...) ENTRY(xs_handler_##id)
static const struct xs_entry *const handler_rows[] = {
#include "axis/handler.def"
};
#undef XS_HANDLER

#define XS_ABI(id, ...) extern const struct xs_abi xs_abi_##id;
#include "axis/abi.def"
#undef XS_ABI
#define XS_ABI(id, ...) ENTRY(xs_abi_##id)
static const struct xs_entry *const abi_rows[] = {
#include "axis/abi.def"
};
#undef XS_ABI

#define XS_STACK(id, ...) extern const struct xs_stack_fault xs_stack_##id;
#include "axis/stack.def"
#undef XS_STACK
#define XS_STACK(id, ...) ENTRY(xs_stack_##id)
static const struct xs_entry *const stack_rows[] = {
#include "axis/stack.def"
};
#undef XS_STACK

#define XS_HOLD(id, ...) extern const struct xs_hold xs_hold_##id;
#include "axis/hold.def"
#undef XS_HOLD
#define XS_HOLD(id, ...) ENTRY(xs_hold_##id)
static const struct xs_entry *const hold_rows[] = {
#include "axis/hold.def"
};
#undef XS_HOLD

#define XS_PRESSURE(id, ...) extern const struct xs_pressure xs_pressure_##id;
#include "axis/pressure.def"
#undef XS_PRESSURE
#define XS_PRESSURE(id, ...) ENTRY(xs_pressure_##id)
static const struct xs_entry *const pressure_rows[] = {
#include "axis/pressure.def"
};
#undef XS_PRESSURE

#define ROWS(array) .rows = sizeof(array) / sizeof((array)[0]), .entry = (array)

const struct xs_axis xs_axes[XS_AXES] = {
	[XS_AXIS_STATE] = {
		.id = "state",
		.title = "register classes",
		.key = "registers",
		.list = "Register classes ([worker] and [pressure] registers)",
		ROWS(state_rows),
	},
	[XS_AXIS_SIGNAL] = {
		.id = "signal",
		.title = "signal sources",
		.key = "sources",
		.list = "Signal sources ([signal] source)",
		ROWS(signal_rows),
	},
	[XS_AXIS_HANDLER] = {
		.id = "handler",
		.title = "handler actions",
		.key = "actions",
		.list = "Handler actions ([handler] action)",
		ROWS(handler_rows),
	},
	[XS_AXIS_ABI] = {
		.id = "abi",
		.title = "kinds of frame",
		.key = "abis",
		.list = "Frames ([handler] abi)",
		ROWS(abi_rows),
	},
	[XS_AXIS_STACK] = {
		.id = "stack",
		.title = "stack faults",
		.key = "faults",
		.list = "Stack-fault methods ([stack] fault)",
		ROWS(stack_rows),
	},
	[XS_AXIS_HOLD] = {
		.id = "hold",
		.title = "holds",
		.key = "holds",
		.list = "Holds ([worker] and [pressure] hold)",
		ROWS(hold_rows),
	},
	[XS_AXIS_PRESSURE] = {
		.id = "pressure",
		.title = "pressure kinds",
		.key = "pressures",
		.list = "Pressure kinds ([pressure KIND])",
		ROWS(pressure_rows),
	},
};

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
