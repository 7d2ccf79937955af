// SPDX-License-Identifier: GPL-2.0-only
/* growsdown: there is no mapping where the frame goes; the kernel has to extend one. */
#include <time.h>

#include "stack/memory.h"

#define PAGE 4096u

/*
 * arm() leaves a hole. That the stack is never without memory all the same
 * rests on what lies around the hole:
 *
 * - Above it there is always a mapping that grows down: the rest of the stack,
 *   or the page above it, where other methods have a guard. A write to any
 *   address of the hole extends that mapping to there (expand_downwards()), so
 *   a signal may come between any two instructions of arm().
 * - Below it lies the rest of the stack, which grows down too, or a guard
 *   without access: both are exempt from the gap (256 pages) that the kernel
 *   wants between a growing mapping and its neighbour.
 * - The same gap keeps everybody else out: mmap() does not choose addresses in
 *   it. Nobody in the workers' process uses MAP_FIXED on what is not his.
 */
static int open_stack(struct xs_stack *s)
{
	return xs_stack_map(s->base, s->bytes + PAGE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN,
			    -1, 0);
}

static int arm(struct xs_stack *s)
{
	return (int)xs_syscall3(SYS_munmap, (long)s->drop, (long)s->drop_bytes, 0);
}

/* Whether the kernel extends the mapping above @at for a write of its own: 0 or -errno. */
static int write_by_kernel(uint8_t *at)
{
	return (int)xs_syscall3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)at, 0);
}

/* Whether mmap() keeps away from the hole at @at: 0 or -errno. */
static int kept_free(uint8_t *at)
{
	void *got = mmap(at, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (got == MAP_FAILED)
		return -errno;
	munmap(got, PAGE);
	return got == at ? -EBUSY : 0;
}

/* In small steps from the stack's end to its base. */
static int look(struct xs_stack *s)
{
	int rc = arm(s);

	if (!rc)
		rc = kept_free(s->base);
	if (!rc)
		rc = write_by_kernel(s->base + s->bytes - 64);
	if (!rc)
		rc = write_by_kernel(s->base);
	return rc;
}

static int supported(char *why)
{
	const int rc = xs_stack_try(open_stack, look);

	return xs_why(
		rc, why,
		rc == -EBUSY ? "nothing keeps other mappings away from a growing one (is there a "
			       "stack_guard_gap= on the kernel's command line?)"
			     : "a MAP_GROWSDOWN mapping does not grow (RLIMIT_STACK too low?): %m");
}

const struct xs_stack_fault xs_stack_growsdown = {
	.entry = {
		.name = "growsdown",
		.summary = "munmap(): a MAP_GROWSDOWN mapping has to be extended over the frame",
		.supported = supported,
	},
	.open = open_stack,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/memory.c"
#define STACK_MAP (MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN) /* the page above STACK grows */
#define stack_drop(from, to) munmap(from, (to) - (from))
#endif
