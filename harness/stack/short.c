// SPDX-License-Identifier: GPL-2.0-only
/* short: the signal stack has no room for the frame, by a byte, by a page, or by far. */
#include "stack/memory.h"

#define PAGE 4096u

/*
 * A delivery that finds no room has to be given up, before anything is
 * written below. The SIGSEGV goes to the thread's own stack.
 */
static int arm(struct xs_stack *s)
{
	const size_t needed = (size_t)(s->base + s->used_bytes - s->frame);
	const size_t sizes[] = { needed - 1, needed - PAGE, XS_STACK_MIN };
	const size_t bytes = needed > PAGE ? sizes[s->turn++ % 3] : sizes[s->turn++ % 2 ? 2 : 0];
	const int rc = xs_stack_set(s, bytes < XS_STACK_MIN ? XS_STACK_MIN : bytes);
	uint8_t *at = s->frame - XS_BELOW_BYTES;
	size_t left = (size_t)(s->floor - at);

	/* Not sooner: a signal that comes before the first window still has all of the stack. */
	if (!rc)
		__asm__ volatile("rep stosb"
				 : "+D"(at), "+c"(left)
				 : "a"(XS_BELOW_FILL)
				 : "memory");
	return rc;
}

static int supported(char *why)
{
	if (!xs_stack_min_bytes())
		return xs_why(-EOPNOTSUPP, why,
			      "this kernel need not see that a frame has no room (Linux 5.14)");
	if (xs_stack_min_bytes() <= XS_STACK_MIN + 128)
		return xs_why(-EOPNOTSUPP, why,
			      "frames of this CPU fit on the least stack that sigaltstack() takes");
	if (xs_stack_too_small() >= XS_STACK_MIN)
		return xs_why(-EOPNOTSUPP, why,
			      "what may use AMX gets no stack on which a frame has no room");
	return 0;
}

const struct xs_stack_fault xs_stack_short = {
	.entry = {
		.name = "short",
		.summary = "sigaltstack() of fewer bytes than a frame has: it becomes a SIGSEGV",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_X86_64 | XS_STACK_REFUSES | XS_STACK_TIGHT,
		.supported = supported,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "where a frame comes to lie has to be measured first"
#endif
