// SPDX-License-Identifier: GPL-2.0-only
/* least: the signal stack is as small as AT_MINSIGSTKSZ allows. */
#include "stack/memory.h"

/*
 * Every second time sigaltstack() is asked for less than it may grant. If it
 * does grant that, the stack stays so, and no frame fits there.
 */
static int arm(struct xs_stack *s)
{
	if (!s->turn) {
		s->size[0] = xs_stack_min_bytes();
		s->size[1] = xs_stack_too_small();
	}
	if (s->turn++ % 2 && xs_stack_set(s, s->size[1]) != -ENOMEM)
		return 0;
	return xs_stack_set(s, s->size[0]);
}

static int supported(char *why)
{
	if (xs_stack_min_bytes())
		return 0;
	return xs_why(-EOPNOTSUPP, why, "this kernel names no AT_MINSIGSTKSZ (Linux 5.14)");
}

const struct xs_stack_fault xs_stack_least = {
	.entry = {
		.name = "least",
		.summary = "sigaltstack() of AT_MINSIGSTKSZ bytes, and of fewer, which it refuses",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_X86_64 | XS_STACK_STAYS | XS_STACK_TIGHT |
			 XS_STACK_ANONYMOUS,
		.supported = supported,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/auxv.h>
/* The handler goes on below, where there is memory too. */
static void stack_drop(uint8_t *from, uint8_t *to)
{
	const size_t least = getauxval(AT_MINSIGSTKSZ) < 2048 ? 2048 : getauxval(AT_MINSIGSTKSZ);
	stack_t ss = { .ss_sp = from, .ss_size = 2047 };

	if (!sigaltstack(&ss, NULL))
		return; /* no frame fits there */
	ss = (stack_t){ .ss_sp = to - least, .ss_size = least };
	if (!getauxval(AT_MINSIGSTKSZ) || sigaltstack(&ss, NULL))
		err(4, "skip: sigaltstack() of AT_MINSIGSTKSZ");
}
#endif
