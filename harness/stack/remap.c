// SPDX-License-Identifier: GPL-2.0-only
/* remap: a fresh anonymous mapping over the old one. */
#include "stack/memory.h"

static int arm(struct xs_stack *s)
{
	return xs_stack_map(s->drop, s->drop_bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

const struct xs_stack_fault xs_stack_remap = {
	.entry = {
		.name = "remap",
		.summary = "mmap(MAP_FIXED) of new anonymous memory over the old",
		.flags = XS_STACK_ANONYMOUS,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
#define stack_drop(from, to) mmap(from, (to) - (from), PROT_READ | PROT_WRITE, \
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
#endif
