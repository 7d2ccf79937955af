// SPDX-License-Identifier: GPL-2.0-only
/* The self-test's list of what can be wrong on a shadow stack. */
#include "campaign/selftest.h"
#include "plan/solo.h"
#include "task/layout.h"

bool xs_selftest_shadow(struct xs_selftest *t)
{
	const struct xs_selftest_counts before = t->n;
	struct xs_case c;

	xs_selftest_case(t, &c);
	c.fault = xs_selftest_first(t, XS_AXIS_STACK, XS_STACK_SHADOW);
	if (!(xs_flags(XS_AXIS_STACK, c.fault) & XS_STACK_SHADOW) || !xs_selftest_is_plain(&c))
		return true;
	for (unsigned int field = XS_LAYOUT_SHADOW; field < XS_LAYOUT_CORE; field++)
		if (!xs_selftest_plant(t, &c, XS_PLANT_LAYOUT, XS_PLANT_FLIP, field, 0))
			return false;
	if (!xs_selftest_plant(t, &c, XS_PLANT_SHADOW, XS_PLANT_FLIP, 0, 0))
		return false;
	xs_selftest_print(t, "shadow", &before,
			  "SSP, the token, the words above it, a return address");
	return true;
}
