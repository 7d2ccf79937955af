// SPDX-License-Identifier: GPL-2.0-only
/* none: the frame's pages stay. */
#include "stack/memory.h"

static int arm(struct xs_stack *s)
{
	(void)s;
	return 0;
}

const struct xs_stack_fault xs_stack_none = {
	.entry = {
		.name = "none",
		.summary = "the frame's pages stay present",
		.flags = XS_DEFAULT | XS_STACK_STAYS | XS_STACK_ANONYMOUS,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
/* What the kernel does not write must not matter. */
#define stack_drop(from, to) memset(t->fpstate, 0xff, (to) - t->fpstate)
#endif
