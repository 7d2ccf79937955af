// SPDX-License-Identifier: GPL-2.0-only
/* What of a case gives way where two entries do not go together. */
#include <string.h>

#include "case/schema.h"
#include "plan/plan.h"
#include "plan/solo.h"

/* Pages may go at any time only where they keep what they hold. */
static void drop_shared_stack(struct xs_case *c)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < c->pressures; i++)
		if (!(xs_flags(XS_AXIS_PRESSURE, c->pressure[i].kind) & XS_PRESSURE_EVICTS))
			c->pressure[kept++] = c->pressure[i];
	while (c->pressures > kept)
		memset(&c->pressure[--c->pressures], 0, sizeof(c->pressure[0]));
}

/* The usual row of an axis if it has none of the flags, else the first without; or the same. */
static void take_without(uint8_t *row, const struct xs_repertoire *r, enum xs_axis_id axis,
			 uint32_t flags)
{
	const uint32_t rows = xs_some(r, axis, 0, flags);
	const uint8_t usual = xs_repertoire_usual(r, axis);

	if (rows)
		*row = rows >> usual & 1 ? usual : xs_nth(rows, 0);
}

/* Whether a child of the handler would share the stack, or get no class of the case. */
static bool fork_fails(const struct xs_case *c)
{
	const uint32_t fault = xs_flags(XS_AXIS_STACK, c->fault);

	if (!(xs_flags(XS_AXIS_HANDLER, c->handler) & XS_FORKS))
		return false;
	return (fault & XS_STACK_SHARED) ||
	       (c->registers && !xs_rows(XS_AXIS_STATE, c->registers, 0, XS_STATE_DYNAMIC));
}

/*
 * A handler gives way before a frame does, since another one may need 64-bit frames; and those go
 * together with everything.
 */
void xs_schedule_agree(struct xs_case *c, const struct xs_repertoire *r)
{
	const uint32_t source = xs_flags(XS_AXIS_SIGNAL, c->signal);
	const uint32_t fault = xs_flags(XS_AXIS_STACK, c->fault);
	uint32_t action;

	/* Whichever side it is of a boundary: no frame can be written. */
	if ((fault & XS_STACK_REFUSES) &&
	    ((fault & XS_STACK_TIGHT) || !xs_missing_is_side(c->missing)))
		xs_place_refusing(c);
	if (fault & XS_STACK_STAYS)
		c->missing = XS_MISSING_ALL;
	if (!(fault & XS_STACK_SHARED) || !(fault & XS_STACK_KEEPS))
		drop_shared_stack(c);
	if (fork_fails(c))
		take_without(&c->handler, r, XS_AXIS_HANDLER, XS_FORKS);
	action = xs_flags(XS_AXIS_HANDLER, c->handler);
	if ((fault & XS_STACK_TIGHT) && (action & (XS_FORKS | XS_HANDLER_NESTS))) {
		take_without(&c->handler, r, XS_AXIS_HANDLER, XS_FORKS | XS_HANDLER_NESTS);
		action = xs_flags(XS_AXIS_HANDLER, c->handler);
		c->depth = 1;
	}
	if (source & XS_SIGNAL_ABORTS) { /* into the loop, not out of it */
		c->signal_place = XS_PLACE_L3;
		take_without(&c->hold, r, XS_AXIS_HOLD, XS_HOLD_STEPS);
	}
	if ((action | source | fault | xs_flags(XS_AXIS_HOLD, c->hold)) & XS_X86_64)
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
	if ((fault & XS_STACK_KEYED) && (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)) {
		if (action & XS_HANDLER_RT)
			take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_RT);
		if ((action & XS_HANDLER_RT) && (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT))
			take_without(&c->handler, r, XS_AXIS_HANDLER, XS_HANDLER_RT);
		action = xs_flags(XS_AXIS_HANDLER, c->handler);
	}
	if ((action & XS_HANDLER_RT) && (xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)) {
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
		xs_take_first(&c->abi, r, XS_AXIS_ABI, XS_ABI_RT);
	}
	/* What a 32-bit frame does not hold is no case for it. */
	if (c->registers && !xs_plan_worker_classes(c, c->registers))
		take_without(&c->abi, r, XS_AXIS_ABI, XS_ABI_COMPAT);
	if (xs_boundary_is_below(c->boundary) && !(xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT))
		c->boundary = 0;
	/* The action that it has now, perhaps. */
	if ((action & XS_HANDLER_TOKEN) && !(fault & XS_STACK_SHADOW) &&
	    xs_some(r, XS_AXIS_STACK, XS_STACK_SHADOW, 0)) {
		xs_take_first(&c->fault, r, XS_AXIS_STACK, XS_STACK_SHADOW);
		c->restore = XS_MISSING_NONE;
		xs_schedule_agree(c, r);
	}
}
