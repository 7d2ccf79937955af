// SPDX-License-Identifier: GPL-2.0-only
/* The self-test's list of what can be wrong on a shadow stack. */
#include "campaign/selftest.h"
#include "plan/solo.h"
#include "pressure/pressure.h"
#include "task/layout.h"

/* A token that is bad, but for the one that is left as it was. */
static bool tokens(struct xs_selftest *t, struct xs_case *c)
{
	const uint32_t rows = xs_some(t->here, XS_AXIS_HANDLER, XS_HANDLER_TOKEN, 0);

	if (!rows)
		return true;
	c->handler = xs_nth(rows, 0);
	if (!xs_selftest_plant(t, c, XS_PLANT_ACCEPT, XS_PLANT_FLIP,
			       xs_repertoire_usual(t->here, XS_AXIS_STATE), 0))
		return false;
	c->signals = XS_SELFTEST_SIGNALS;
	return xs_selftest_silent(t, c, xs_name(XS_AXIS_HANDLER, c->handler), true);
}

/* Of what each kind of pressure that has children proves of theirs. */
static bool children(struct xs_selftest *t)
{
	struct xs_case c;

	xs_selftest_case(t, &c);
	for (uint32_t left = xs_some(t->here, XS_AXIS_PRESSURE, XS_PRESSURE_VECTOR, 0); left;
	     left &= left - 1) {
		const unsigned int kind = (unsigned int)__builtin_ctz(left);
		const uint32_t legs = xs_pressure(kind)->legs;

		xs_selftest_pressure(&c, kind);
		for (unsigned int field = XS_LAYOUT_CHILD_SSP;
		     legs >> XS_LEG_FORK & 1 && field < XS_LAYOUT_CORE; field++)
			if (!xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field,
					       1u << XS_LEG_LAYOUT | (legs & XS_PLANT_LATER)))
				return false;
	}
	return true;
}

bool xs_selftest_shadow(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	xs_selftest_case(t, &c);
	c.fault = xs_selftest_first(t, XS_AXIS_STACK, XS_STACK_SHADOW);
	if (!(xs_flags(XS_AXIS_STACK, c.fault) & XS_STACK_SHADOW) || !xs_selftest_is_plain(&c))
		return true;
	for (unsigned int field = XS_LAYOUT_SHADOW; field < XS_LAYOUT_NO_FRAME; field++)
		if (!xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field, 0))
			return false;
	if (!xs_selftest_plant(t, &c, XS_PLANT_SHADOW, XS_PLANT_FLIP, 0, 0) || !tokens(t, &c) ||
	    !children(t))
		return false;
	xs_selftest_print(t, "shadow", &before,
			  "SSP, the token, the words above it, a return address; of children");
	return true;
}
