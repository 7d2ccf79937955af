// SPDX-License-Identifier: GPL-2.0-only
/* memfd-dontneed: the page tables forget the pages, the page cache does not. */
#include "stack/memory.h"

const struct xs_stack_fault xs_stack_memfd_dontneed = {
	.entry = {
		.name = "memfd-dontneed",
		.summary = "madvise(MADV_DONTNEED) on a shared memfd, which keeps its contents",
		.flags = XS_STACK_SHARED | XS_STACK_KEEPS | XS_STACK_RESTORES,
		.supported = xs_stack_memfd_supported,
	},
	.open = xs_stack_open_memfd,
	.arm = xs_stack_drop,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
#include "stack/parts/memfd.c"
#define stack_drop(from, to) madvise(from, (to) - (from), MADV_DONTNEED)
#endif
