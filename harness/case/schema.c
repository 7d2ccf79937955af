// SPDX-License-Identifier: GPL-2.0-only
/* The sections and keys of the case text as one table; parser, printer and checks walk it. */
#include "case/schema.h"

#include <errno.h>
#include <string.h>

#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

_Static_assert(XS_STATES <= 32, "registers are a mask of 32 bits");
_Static_assert(XS_SIGNALS <= 256 && XS_STACKS <= 256 && XS_PRESSURES <= 256 && XS_HANDLERS <= 256,
	       "rows are 8 bits");

const char *const xs_place_names[] = { "same-pu", "smt",    "l2",	"l3", "numa",
				       "package", "random", "unpinned", NULL };
const char *const xs_hold_names[] = { "spin", "yield", NULL };
const char *const xs_abi_names[] = { "x86-64", "ia32", "ia32-rt", NULL };
const char *const xs_missing_names[] = { "all", "lower", "upper", NULL };
const char *const xs_restore_names[] = { "all", "lower", "upper", "none", NULL };

#define NAMES(array) (sizeof(array) / sizeof((array)[0]) - 1)
_Static_assert(NAMES(xs_place_names) == XS_PLACES, "a name for each place");
_Static_assert(NAMES(xs_hold_names) == XS_HOLDS, "a name for each hold");
_Static_assert(NAMES(xs_abi_names) == XS_ABIS, "a name for each ABI");
_Static_assert(NAMES(xs_missing_names) == XS_MISSING_NONE, "a name for each but none");
_Static_assert(NAMES(xs_restore_names) == XS_MISSINGS, "a name for each missing");

const char *const xs_section_names[XS_SECTIONS] = {
	[XS_SECTION_CASE] = "case",	[XS_SECTION_WORKER] = "worker",
	[XS_SECTION_SIGNAL] = "signal", [XS_SECTION_HANDLER] = "handler",
	[XS_SECTION_STACK] = "stack",	[XS_SECTION_PRESSURE] = "pressure",
};

static const char *signal_name(unsigned int row)
{
	return xs_signals[row]->name;
}

static bool signal_has_sender(unsigned int row)
{
	return xs_signals[row]->remote;
}

static const char *stack_name(unsigned int row)
{
	return xs_stacks[row]->name;
}

static bool stack_has_resolver(unsigned int row)
{
	return xs_stacks[row]->resolver;
}

static const char *handler_name(unsigned int row)
{
	return xs_handlers[row]->name;
}

static bool handler_nests(unsigned int row)
{
	return xs_handlers[row]->nests;
}

static const char *pressure_name(unsigned int row)
{
	return xs_pressures[row]->name;
}

static bool pressure_has_registers(unsigned int row)
{
	return xs_pressures[row]->vector;
}

const struct xs_axis xs_signal_axis = {
	XS_SIGNALS, signal_name, xs_signal_find, "sender", signal_has_sender,
};
const struct xs_axis xs_stack_axis = {
	XS_STACKS, stack_name, xs_stack_find, "resolver", stack_has_resolver,
};
const struct xs_axis xs_keeping_axis = {
	XS_STACKS,	   stack_name,
	xs_stack_find,	   "pages whose contents survive and whose reading faults",
	xs_stack_restores,
};
const struct xs_axis xs_handler_axis = {
	XS_HANDLERS, handler_name, xs_handler_find, "depth", handler_nests,
};
const struct xs_axis xs_pressure_axis = {
	XS_PRESSURES, pressure_name, xs_pressure_find, "registers", pressure_has_registers,
};

#define KEY(section_, name_, form_, field_)                                                        \
	.section = XS_SECTION_##section_, .name = (name_), .form = XS_FORM_##form_,                \
	.offset = offsetof(struct xs_case, field_)
#define PRESSURE_KEY(name_, form_, field_)                                                         \
	.section = XS_SECTION_PRESSURE, .name = (name_), .form = XS_FORM_##form_,                  \
	.offset = offsetof(struct xs_case_pressure, field_)
#define GATE(axis_, type_, field_) .gate = &(axis_), .gate_offset = offsetof(struct type_, field_)

/* An entry's row comes before the keys that it gates: checks go in this order. */
const struct xs_key xs_keys[] = {
	{ KEY(CASE, "name", NAME, name), .max = XS_NAME_BYTES },
	{ KEY(CASE, "duration_ms", NUMBER, duration_ms), .min = 1, .max = XS_DURATION_MAX_MS },
	{ KEY(CASE, "signals", NUMBER, signals), .max = XS_SIGNALS_MAX },
	{ KEY(CASE, "seed", NUMBER, seed), .max = UINT32_MAX },

	{ KEY(WORKER, "count", NUMBER, workers), .min = 1, .max = XS_WORKERS_MAX, .count = true },
	{ KEY(WORKER, "cpus", CPUS, cpus), .max = XS_CPUS_BYTES },
	{ KEY(WORKER, "registers", REGISTERS, registers), .min = 1 },
	{ KEY(WORKER, "init", REGISTERS, init) },
	{ KEY(WORKER, "vectors", VECTORS, vectors) },
	{ KEY(WORKER, "hold", CHOICE, hold), .names = xs_hold_names },
	{ KEY(WORKER, "hold_us", NUMBER, hold_us), .min = 1, .max = XS_HOLD_MAX_US },

	{ KEY(SIGNAL, "source", ROW, signal), .axis = &xs_signal_axis },
	{ KEY(SIGNAL, "place", CHOICE, signal_place), .names = xs_place_names,
	  GATE(xs_signal_axis, xs_case, signal) },
	{ KEY(SIGNAL, "delay_us", NUMBER, delay_us), .max = XS_DELAY_MAX_US },

	{ KEY(HANDLER, "action", ROW, handler), .axis = &xs_handler_axis },
	{ KEY(HANDLER, "abi", CHOICE, abi), .names = xs_abi_names },
	{ KEY(HANDLER, "depth", NUMBER, depth), .min = 1, .max = XS_DEPTH_MAX, .count = true,
	  GATE(xs_handler_axis, xs_case, handler) },

	{ KEY(STACK, "fault", ROW, fault), .axis = &xs_stack_axis },
	{ KEY(STACK, "boundary", BOUNDARY, boundary) },
	{ KEY(STACK, "missing", CHOICE, missing), .names = xs_missing_names },
	{ KEY(STACK, "restore", CHOICE, restore), .names = xs_restore_names,
	  GATE(xs_keeping_axis, xs_case, fault) },
	{ KEY(STACK, "hold_us", NUMBER, fault_hold_us), .max = XS_HOLD_MAX_US,
	  GATE(xs_stack_axis, xs_case, fault) },
	{ KEY(STACK, "resolver_place", CHOICE, resolver_place), .names = xs_place_names,
	  GATE(xs_stack_axis, xs_case, fault) },

	{ PRESSURE_KEY("count", NUMBER, count), .min = 1, .max = XS_PRESSURE_COUNT_MAX,
	  .count = true },
	{ PRESSURE_KEY("place", CHOICE, place), .names = xs_place_names },
	{ PRESSURE_KEY("registers", REGISTERS, registers), .min = 1,
	  GATE(xs_pressure_axis, xs_case_pressure, kind) },
	{ PRESSURE_KEY("hold", CHOICE, hold), .names = xs_hold_names,
	  GATE(xs_pressure_axis, xs_case_pressure, kind) },
	{ PRESSURE_KEY("period_us", NUMBER, period_us), .max = XS_PERIOD_MAX_US },
};

const struct xs_key *xs_key_find(enum xs_section section, const char *name)
{
	unsigned int i;

	for (i = 0; i < XS_KEYS; i++)
		if (xs_keys[i].section == section && !strcmp(xs_keys[i].name, name))
			return &xs_keys[i];
	return NULL;
}

void xs_key_title(struct xs_str *s, const struct xs_key *key, const void *base)
{
	const struct xs_case_pressure *p = base;

	if (key->section == XS_SECTION_PRESSURE)
		xs_str_add(s, "[pressure %s] %s: ", xs_pressures[p->kind]->name, key->name);
	else
		xs_str_add(s, "[%s] %s: ", xs_section_names[key->section], key->name);
}

static unsigned int gate_row(const struct xs_key *key, const void *base)
{
	return ((const uint8_t *)base)[key->gate_offset];
}

bool xs_key_applies(const struct xs_key *key, const void *base)
{
	return !key->gate || key->gate->has(gate_row(key, base));
}

int xs_key_refuse(const struct xs_key *key, const void *base, struct xs_str *why)
{
	const struct xs_axis *gate = key->gate;
	const char *separator = ", or choose an entry that has: ";
	unsigned int i;

	xs_str_add(why, "%s has no %s; leave the key out", gate->name(gate_row(key, base)),
		   gate->part);
	for (i = 0; i < gate->rows; i++) {
		if (!gate->has(i))
			continue;
		xs_str_add(why, "%s%s", separator, gate->name(i));
		separator = ", ";
	}
	return -EINVAL;
}

const struct xs_key *xs_missing_check(const struct xs_case *c, struct xs_str *why)
{
	const bool no_sides = c->boundary == XS_BOUNDARY_NONE;

	if (xs_missing_is_side(c->missing) && c->fault == XS_STACK_none) {
		xs_str_put(why,
			   "fault = none takes no page away; choose a fault, or missing = all");
		return xs_key_find(XS_SECTION_STACK, "missing");
	}
	if (xs_missing_is_side(c->missing) && no_sides) {
		xs_str_add(why, "%s is a side of the boundary; set boundary, or missing = all",
			   xs_missing_names[c->missing]);
		return xs_key_find(XS_SECTION_STACK, "missing");
	}
	if (xs_missing_is_side(c->restore) && no_sides) {
		xs_str_add(why, "%s is a side of the boundary; set boundary, or restore = all",
			   xs_restore_names[c->restore]);
		return xs_key_find(XS_SECTION_STACK, "restore");
	}
	return NULL;
}
