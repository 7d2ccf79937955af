// SPDX-License-Identifier: GPL-2.0-only
/* fork-cow: a child shares the pages, so that a write has to copy them. */
#include <sys/wait.h>

#include "stack/memory.h"

/*
 * The child does nothing: whether it has gone by the time of the fault, and
 * the kernel takes the page over instead of copying it, is up to the scheduler.
 * There is no exit signal, so that nobody else waits for it; it is reaped here,
 * at the latest in the next arm().
 */
static int start_child(void)
{
	const long child = xs_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);

	if (!child)
		xs_exit(0);
	return (int)child;
}

/* Wait for @child, or for all of them (-1), to be gone. */
static void reap(long child, long options)
{
	while (xs_wait4(child, NULL, (int)(__WCLONE | (uint32_t)options)) > 0)
		;
}

static int supported(char *why)
{
	const int child = start_child();

	if (child > 0)
		reap(child, 0);
	return xs_why(child < 0 ? child : 0, why, "clone() without an exit signal: %m%s",
		      child == -EAGAIN ? " (a limit of processes)" : "");
}

static int arm(struct xs_stack *s)
{
	int child;

	reap(-1, __WNOTHREAD);
	child = start_child();
	if (child < 0)
		return child;
	/* All that the process has is shared now: take back what is not to fault. */
	xs_stack_touch_kept(s);
	return 0;
}

/* The worker's thread has gone; another of its process has got its child. */
static void close_stack(struct xs_stack *s)
{
	(void)s;
	reap(-1, 0);
}

const struct xs_stack_fault xs_stack_fork_cow = {
	.entry = {
		.name = "fork-cow",
		.summary = "fork(): a write to the frame's pages has to copy them",
		.flags = XS_STACK_KEEPS | XS_STACK_SWEEPS,
		.supported = supported,
	},
	.open = xs_stack_open_anonymous,
	.close = close_stack,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/parts/touch.c"
static void stack_drop(uint8_t *from, uint8_t *to)
{
	while (waitpid(-1, NULL, __WCLONE | WNOHANG) > 0)
		;
	if (!syscall(SYS_clone, 0, 0, 0, 0, 0)) /* it shares all pages as long as it lives */
		syscall(SYS_exit_group, 0);
	touch_others(from, to);
}
#endif
