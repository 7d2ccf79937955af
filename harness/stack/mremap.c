// SPDX-License-Identifier: GPL-2.0-only
/* mremap: the page tables are moved away; the mapping stays, without pages. */
#include "stack/memory.h"

/* Both steps leave the range mapped: a late signal must find a stack. */
static int move_away(uint8_t *at, size_t bytes)
{
	const long to = xs_syscall6(SYS_mremap, (long)at, (long)bytes, (long)bytes,
				    MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0, 0);

	if (to < 0 && to > -4096)
		return (int)to;
	return (int)xs_syscall3(SYS_munmap, to, (long)bytes, 0);
}

static int supported(char *why)
{
	uint8_t *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (page == MAP_FAILED)
		return xs_stack_no_memory(why);
	rc = xs_why(move_away(page, 4096), why, "MREMAP_DONTUNMAP (Linux 5.7): %m");
	munmap(page, 4096);
	return rc;
}

static int arm(struct xs_stack *s)
{
	return move_away(s->drop, s->drop_bytes);
}

const struct xs_stack_fault xs_stack_mremap = {
	.entry = {
		.name = "mremap",
		.summary = "mremap(MREMAP_DONTUNMAP) moves the pages out of their mapping",
		.flags = XS_STACK_ANONYMOUS,
		.supported = supported,
	},
	.open = xs_stack_open_anonymous,
	.close = xs_stack_close_nothing,
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
