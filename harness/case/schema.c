// SPDX-License-Identifier: GPL-2.0-only
/* The sections and keys of the case text as one table; parser, printer and checks walk it. */
#include "case/schema.h"

#include <errno.h>
#include <string.h>

const char *const xs_as_names[] = { "threads", "processes", NULL };
const char *const xs_place_names[] = { "same-pu", "smt",    "l2",	"l3", "numa",
				       "package", "random", "unpinned", NULL };
const char *const xs_missing_names[] = { "all", "lower", "upper", NULL };
const char *const xs_restore_names[] = { "all", "lower", "upper", "none", NULL };

#define NAMES(array) (sizeof(array) / sizeof((array)[0]) - 1)
_Static_assert(NAMES(xs_as_names) == XS_ASES, "a name for each way to be one");
_Static_assert(NAMES(xs_place_names) == XS_PLACES, "a name for each place");
_Static_assert(NAMES(xs_missing_names) == XS_MISSING_NONE, "a name for each but none");
_Static_assert(NAMES(xs_restore_names) == XS_MISSINGS, "a name for each missing");

const char *const xs_section_names[XS_SECTIONS] = {
	[XS_SECTION_CASE] = "case",	[XS_SECTION_WORKER] = "worker",
	[XS_SECTION_SIGNAL] = "signal", [XS_SECTION_HANDLER] = "handler",
	[XS_SECTION_STACK] = "stack",	[XS_SECTION_PRESSURE] = "pressure",
};

#define KEY(section_, name_, form_, field_)                                                        \
	.section = XS_SECTION_##section_, .name = (name_), .form = XS_FORM_##form_,                \
	.offset = offsetof(struct xs_case, field_)
#define PRESSURE_KEY(name_, form_, field_)                                                         \
	.section = XS_SECTION_PRESSURE, .name = (name_), .form = XS_FORM_##form_,                  \
	.offset = offsetof(struct xs_case_pressure, field_)
#define GATE(part_, axis_, flag_, type_, field_)                                                   \
	.part = (part_), .gate = XS_AXIS_##axis_, .gate_flag = (flag_),                            \
	.gate_offset = offsetof(struct type_, field_)

/* An entry's row comes before the keys that it gates: checks go in this order. */
const struct xs_key xs_keys[] = {
	{ KEY(CASE, "name", NAME, name), .max = XS_NAME_BYTES },
	{ KEY(CASE, "duration_ms", NUMBER, duration_ms), .min = 1, .max = XS_DURATION_MAX_MS },
	{ KEY(CASE, "signals", NUMBER, signals), .max = XS_SIGNALS_MAX },
	{ KEY(CASE, "seed", NUMBER, seed), .max = UINT32_MAX },

	{ KEY(WORKER, "count", NUMBER, workers), .min = 1, .max = XS_WORKERS_MAX, .count = true },
	{ KEY(WORKER, "as", CHOICE, as), .names = xs_as_names },
	{ KEY(WORKER, "cpus", CPUS, cpus), .max = XS_CPUS_BYTES },
	{ KEY(WORKER, "registers", REGISTERS, registers), .min = 1 },
	{ KEY(WORKER, "init", REGISTERS, init) },
	{ KEY(WORKER, "vectors", VECTORS, vectors) },
	{ KEY(WORKER, "hold", ROW, hold), .axis = XS_AXIS_HOLD },
	{ KEY(WORKER, "hold_us", NUMBER, hold_us), .min = 1, .max = XS_HOLD_MAX_US },

	{ KEY(SIGNAL, "source", ROW, signal), .axis = XS_AXIS_SIGNAL },
	{ KEY(SIGNAL, "place", CHOICE, signal_place), .names = xs_place_names,
	  GATE("sender", SIGNAL, XS_SIGNAL_REMOTE, xs_case, signal) },
	{ KEY(SIGNAL, "delay_us", NUMBER, delay_us), .max = XS_DELAY_MAX_US },

	{ KEY(HANDLER, "action", ROW, handler), .axis = XS_AXIS_HANDLER },
	{ KEY(HANDLER, "abi", ROW, abi), .axis = XS_AXIS_ABI },
	{ KEY(HANDLER, "depth", NUMBER, depth), .min = 1, .max = XS_DEPTH_MAX, .count = true,
	  GATE("depth", HANDLER, XS_HANDLER_NESTS, xs_case, handler) },

	{ KEY(STACK, "fault", ROW, fault), .axis = XS_AXIS_STACK },
	{ KEY(STACK, "boundary", BOUNDARY, boundary) },
	{ KEY(STACK, "missing", CHOICE, missing), .names = xs_missing_names },
	{ KEY(STACK, "restore", CHOICE, restore), .names = xs_restore_names,
	  GATE("pages whose contents survive and whose reading faults", STACK, XS_STACK_RESTORES,
	       xs_case, fault) },
	{ KEY(STACK, "hold_us", NUMBER, fault_hold_us), .max = XS_HOLD_MAX_US,
	  GATE("resolver", STACK, XS_STACK_RESOLVER, xs_case, fault) },
	{ KEY(STACK, "resolver_place", CHOICE, resolver_place), .names = xs_place_names,
	  GATE("resolver", STACK, XS_STACK_RESOLVER, xs_case, fault) },

	{ PRESSURE_KEY("count", NUMBER, count), .min = 1, .max = XS_PRESSURE_COUNT_MAX,
	  .count = true },
	{ PRESSURE_KEY("place", CHOICE, place), .names = xs_place_names },
	{ PRESSURE_KEY("registers", REGISTERS, registers), .min = 1,
	  GATE("registers", PRESSURE, XS_PRESSURE_VECTOR, xs_case_pressure, kind) },
	{ PRESSURE_KEY("hold", ROW, hold), .axis = XS_AXIS_HOLD,
	  GATE("registers", PRESSURE, XS_PRESSURE_VECTOR, xs_case_pressure, kind) },
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
		xs_str_add(s, "[pressure %s] %s: ", xs_name(XS_AXIS_PRESSURE, p->kind), key->name);
	else
		xs_str_add(s, "[%s] %s: ", xs_section_names[key->section], key->name);
}

static unsigned int gate_row(const struct xs_key *key, const void *base)
{
	return ((const uint8_t *)base)[key->gate_offset];
}

bool xs_key_applies(const struct xs_key *key, const void *base)
{
	return !key->part || xs_flags(key->gate, gate_row(key, base)) & key->gate_flag;
}

int xs_key_refuse(const struct xs_key *key, const void *base, struct xs_str *why)
{
	const char *separator = ", or choose an entry that has: ";

	xs_key_title(why, key, base);
	xs_str_add(why, "%s has no %s; leave the key out", xs_name(key->gate, gate_row(key, base)),
		   key->part);
	for (uint32_t i = 0; i < xs_axes[key->gate].rows; i++)
		if (xs_flags(key->gate, i) & key->gate_flag)
			xs_str_item(why, &separator, xs_name(key->gate, i));
	return -EINVAL;
}

const struct xs_key *xs_missing_check(const struct xs_case *c, struct xs_str *why)
{
	const bool before = xs_missing_is_side(c->missing);
	const char *name = before ? "missing" : "restore";

	if (before && (xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_STAYS))
		xs_str_add(why, "fault = %s takes no page away; choose a fault, or missing = all",
			   xs_name(XS_AXIS_STACK, c->fault));
	else if ((before || xs_missing_is_side(c->restore)) && c->boundary == XS_BOUNDARY_NONE)
		xs_str_add(why, "%s is a side of the boundary; set boundary, or %s = all",
			   xs_restore_names[before ? c->missing : c->restore], name);
	else
		return NULL;
	return xs_key_find(XS_SECTION_STACK, name);
}

/* What one key names: a bit, or, where not all are meant, a mask. */
static void add_rows(uint32_t rows[XS_AXES], const struct xs_key *key, const void *base)
{
	const uint8_t *field = (const uint8_t *)base + key->offset;

	if (!xs_key_applies(key, base))
		return;
	if (key->form == XS_FORM_ROW)
		rows[key->axis] |= 1u << *field;
	else if (*(const uint32_t *)(const void *)field != xs_all_rows(key->axis))
		rows[key->axis] |= *(const uint32_t *)(const void *)field;
}

void xs_case_rows(const struct xs_case *c, uint32_t rows[XS_AXES])
{
	memset(rows, 0, XS_AXES * sizeof(rows[0]));
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];
		const bool pressure = key->section == XS_SECTION_PRESSURE;

		if (key->form != XS_FORM_ROW && key->form != XS_FORM_REGISTERS)
			continue;
		for (uint32_t p = 0; p < (pressure ? c->pressures : 1); p++)
			add_rows(rows, key, pressure ? (const void *)&c->pressure[p] : c);
	}
	for (uint32_t p = 0; p < c->pressures; p++)
		rows[XS_AXIS_PRESSURE] |= 1u << c->pressure[p].kind;
}
