// SPDX-License-Identifier: GPL-2.0-only
/* dontneed: madvise(MADV_DONTNEED) of anonymous pages; a minor fault each. */
#include "stack/memory.h"

const struct xs_stack_fault xs_stack_dontneed = {
	.entry = {
		.name = "dontneed",
		.summary = "madvise(MADV_DONTNEED) on anonymous memory",
		.flags = XS_STACK_ANONYMOUS,
	},
	.open = xs_stack_open_anonymous,
	.arm = xs_stack_drop,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
#define stack_drop(from, to) madvise(from, (to) - (from), MADV_DONTNEED)
#endif
