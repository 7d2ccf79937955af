// SPDX-License-Identifier: GPL-2.0-only
/* memfd-pageout: reclaim takes the pages, and writes them to swap if there is any. */
#include "stack/memory.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21 /* uapi/asm-generic/mman-common.h */
#endif

static int page_out(uint8_t *at, size_t bytes)
{
	return (int)xs_syscall3(SYS_madvise, (long)at, (long)bytes, MADV_PAGEOUT);
}

static int open_stack(struct xs_stack *s)
{
	const int rc = xs_stack_open_memfd(s);

	if (rc)
		return rc;
	/*
	 * New pages wait in a list of the CPU that made them, where reclaim does
	 * not find them. MADV_PAGEOUT empties the list of its own CPU first: done
	 * once right behind the writes, all pages can be found from then on.
	 */
	xs_stack_touch(s);
	return page_out(s->base, s->bytes);
}

/* A page that reclaim did not get hold of has to fault all the same. */
static int arm(struct xs_stack *s)
{
	const int rc = page_out(s->drop, s->drop_bytes);

	return rc < 0 ? rc : xs_stack_drop(s);
}

static int supported(char *why)
{
	const int rc = xs_stack_memfd_supported(why);

	return rc ? rc : xs_why(xs_stack_try(open_stack, arm), why, "MADV_PAGEOUT (Linux 5.4): %m");
}

const struct xs_stack_fault xs_stack_memfd_pageout = {
	.entry = {
		.name = "memfd-pageout",
		.summary = "madvise(MADV_PAGEOUT) on a shared memfd: reclaim, to swap if there is any",
		.flags = XS_STACK_SHARED | XS_STACK_KEEPS | XS_STACK_RESTORES,
		.supported = supported,
	},
	.open = open_stack,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
#include "stack/parts/memfd.c"
#define stack_drop(from, to) (madvise(from, (to) - (from), MADV_PAGEOUT), \
			      madvise(from, (to) - (from), MADV_DONTNEED))
#endif
