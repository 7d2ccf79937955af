// SPDX-License-Identifier: GPL-2.0-only
/* mremap: the page tables are moved away; the mapping stays, without pages. */
#include <time.h>

#include "stack/memory.h"

/* Both steps leave the range mapped: a late signal must find a stack. */
static int arm(struct xs_stack *s)
{
	const long bytes = (long)s->drop_bytes;
	const long to = xs_syscall6(SYS_mremap, (long)s->drop, bytes, bytes,
				    MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0, 0);

	if (to < 0 && to > -4096)
		return (int)to;
	return (int)xs_syscall3(SYS_munmap, to, bytes, 0);
}

/* qemu-user takes the mapping away, too. */
static int look(struct xs_stack *s)
{
	const int rc = arm(s);

	return rc < 0 ? rc : (int)xs_syscall3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)s->drop, 0);
}

static int supported(char *why)
{
	return xs_why(xs_stack_try(xs_stack_open_anonymous, look), why,
		      "MREMAP_DONTUNMAP (Linux 5.7): %m");
}

const struct xs_stack_fault xs_stack_mremap = {
	.entry = {
		.name = "mremap",
		.summary = "mremap(MREMAP_DONTUNMAP) moves the pages out of their mapping",
		.flags = XS_STACK_ANONYMOUS,
		.supported = supported,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
/* The pages move out of their mapping, which stays. */
static void stack_drop(uint8_t *from, uint8_t *to)
{
	void *moved = mremap(from, to - from, to - from, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);

	if (moved == MAP_FAILED || munmap(moved, to - from))
		err(4, "skip: MREMAP_DONTUNMAP");
}
#endif
