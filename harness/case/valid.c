// SPDX-License-Identifier: GPL-2.0-only
/* The defaults of a case, and whether a case is inside its limits. */
#include <errno.h>
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

static int check_keys(bool pressure, const void *base, const void *initial, struct xs_str *why)
{
	int ret = 0;

	for (unsigned int i = 0; i < XS_KEYS && !ret; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (pressure != (key->section == XS_SECTION_PRESSURE))
			continue;
		/* A key that means nothing here is not printed: its field is what a parse gives. */
		if (xs_key_applies(key, base))
			ret = xs_value_check(key, base, why);
		else if (memcmp((const char *)base + key->offset,
				(const char *)initial + key->offset, xs_key_bytes(key)) != 0)
			ret = xs_key_refuse(key, base, why);
	}
	return ret;
}

static int check_pressures(const struct xs_case *c, struct xs_str *why)
{
	static const struct xs_case_pressure none;
	struct xs_case_pressure initial;
	unsigned int i;

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
		if (check_keys(true, p, &initial, why))
			return -EINVAL;
	}
	for (; i < XS_CASE_PRESSURES; i++)
		if (memcmp(&c->pressure[i], &none, sizeof(none)) != 0) {
			xs_str_add(why, "pressure %u is not in use and not zero", i);
			return -EINVAL;
		}
	return 0;
}

int xs_case_valid(const struct xs_case *c, char why[XS_WHY_BYTES])
{
	char unwanted[XS_WHY_BYTES], text[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(why ? why : unwanted, XS_WHY_BYTES);
	struct xs_str misfit = xs_str_open(text, sizeof(text));
	const struct xs_key *wrong;
	struct xs_case initial;

	xs_case_default(&initial);
	if (check_keys(false, c, &initial, &reason))
		return -EINVAL;
	wrong = xs_missing_check(c, &misfit);
	if (!wrong)
		return check_pressures(c, &reason);
	xs_key_title(&reason, wrong, c);
	xs_str_put(&reason, text);
	return -EINVAL;
}
