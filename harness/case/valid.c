// SPDX-License-Identifier: GPL-2.0-only
/* The defaults of a case, and whether a case is inside its limits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "case/schema.h"

void xs_case_default(struct xs_case *c)
{
	/* Padding too: cases are compared, hashed and deduplicated by their bytes. */
	memset(c, 0, sizeof(*c));
	strcpy(c->name, "case");
	c->duration_ms = 1000;
	c->seed = 1;
	c->workers = 1;
	strcpy(c->cpus, "auto");
	c->registers = 1u << xs_first(XS_AXIS_STATE, XS_DEFAULT);
	c->hold = xs_first(XS_AXIS_HOLD, XS_DEFAULT);
	c->hold_us = 20000;
	c->signal = xs_first(XS_AXIS_SIGNAL, XS_DEFAULT);
	c->signal_place = XS_PLACE_L3;
	c->vectors = UINT32_MAX;
	c->handler = xs_first(XS_AXIS_HANDLER, XS_DEFAULT);
	c->abi = xs_first(XS_AXIS_ABI, XS_DEFAULT);
	c->depth = 1;
	c->fault = xs_first(XS_AXIS_STACK, XS_DEFAULT);
	c->missing = XS_MISSING_ALL;
	c->restore = XS_MISSING_NONE;
	c->resolver_place = XS_PLACE_L3;
	c->boundary = XS_BOUNDARY_NONE;
	c->fault_hold_us = 2000;
}

void xs_case_pressure_default(struct xs_case_pressure *p, unsigned int kind)
{
	memset(p, 0, sizeof(*p));
	p->kind = (uint8_t)kind;
	p->place = XS_PLACE_SAME_PU;
	p->hold = xs_first(XS_AXIS_HOLD, XS_DEFAULT);
	p->count = 1;
	if (xs_flags(XS_AXIS_PRESSURE, kind) & XS_PRESSURE_VECTOR)
		p->registers = 1u << xs_first(XS_AXIS_STATE, XS_DEFAULT);
}

/* A key that means nothing here is not printed: its field must be what a parse gives. */
static bool at_default(const struct xs_key *key, const void *base, const void *initial)
{
	return memcmp((const char *)base + key->offset, (const char *)initial + key->offset,
		      xs_key_bytes(key)) == 0;
}

static int check_keys(bool pressure, const void *base, const void *initial, struct xs_str *why)
{
	char text[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(text, sizeof(text));
	unsigned int i;
	int ret = 0;

	for (i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (pressure != (key->section == XS_SECTION_PRESSURE))
			continue;
		if (xs_key_applies(key, base))
			ret = xs_value_check(key, base, &reason);
		else if (!at_default(key, base, initial))
			ret = xs_key_refuse(key, base, &reason);
		if (ret) {
			xs_key_title(why, key, base);
			xs_str_put(why, text);
			break;
		}
	}
	return ret;
}

static bool zero(const void *field, size_t bytes)
{
	const uint8_t *byte = field;
	size_t i;

	for (i = 0; i < bytes && !byte[i]; i++)
		;
	return i == bytes;
}

static int check_pressures(const struct xs_case *c, struct xs_str *why)
{
	struct xs_case_pressure initial;
	unsigned int i;
	int ret;

	if (c->pressures > XS_CASE_PRESSURES) {
		xs_str_add(why, "%u pressures, at most %u", c->pressures, XS_CASE_PRESSURES);
		return -EINVAL;
	}
	for (i = 0; i < c->pressures; i++) {
		const struct xs_case_pressure *p = &c->pressure[i];

		if (p->kind >= xs_axes[XS_AXIS_PRESSURE].rows) {
			xs_str_add(why, "pressure %u: no kind %u", i, p->kind);
			return -EINVAL;
		}
		if (i && p->kind <= p[-1].kind) {
			xs_str_add(why, "[pressure %s]: kinds do not ascend",
				   xs_name(XS_AXIS_PRESSURE, p->kind));
			return -EINVAL;
		}
		xs_case_pressure_default(&initial, p->kind);
		ret = check_keys(true, p, &initial, why);
		if (ret)
			return ret;
	}
	for (; i < XS_CASE_PRESSURES; i++) {
		if (!zero(&c->pressure[i], sizeof(c->pressure[i]))) {
			xs_str_add(why, "pressure %u is not in use and not zero", i);
			return -EINVAL;
		}
	}
	return 0;
}

int xs_case_valid(const struct xs_case *c, char why[XS_WHY_BYTES])
{
	char unwanted[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(why ? why : unwanted, XS_WHY_BYTES);
	struct xs_case initial;
	char text[XS_WHY_BYTES];
	struct xs_str misfit = xs_str_open(text, sizeof(text));
	const struct xs_key *wrong;
	int ret;

	xs_case_default(&initial);
	ret = check_keys(false, c, &initial, &reason);
	if (ret)
		return ret;
	wrong = xs_missing_check(c, &misfit);
	if (wrong) {
		xs_key_title(&reason, wrong, c);
		xs_str_put(&reason, text);
		return -EINVAL;
	}
	return check_pressures(c, &reason);
}
