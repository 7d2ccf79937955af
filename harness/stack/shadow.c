// SPDX-License-Identifier: GPL-2.0-only
/* shadow: the page of the shadow stack that the token is written to is absent. */
#include "stack/memory.h"
#include "task/shadow.h"

#define PAGE  4096u
#define SLACK 1024u /* what is called between here and the hold may push as much */

/*
 * The hold's SSP is put at the beginning of a page, below which there is
 * nothing that is needed. Every second time it is a word above: the token is
 * then the first word of a page, where sigreturn may go another way (6.6 to
 * 6.12 do), and the restorer's address the last of the absent one.
 */
static int arm(struct xs_stack *s)
{
	const uint64_t page = (xs_ssp() - SLACK) & ~(uint64_t)(PAGE - 1);

	s->shadow = page + 8ul * (s->turn++ % 2);
	return (int)xs_syscall3(SYS_madvise, (long)(page - PAGE), PAGE, MADV_DONTNEED);
}

const struct xs_stack_fault xs_stack_shadow = {
	.entry = {
		.name = "shadow",
		.summary = "on a shadow stack, whose page for the signal's token is absent",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_X86_64 | XS_STACK_STAYS | XS_STACK_SHADOW |
			 XS_STACK_ANONYMOUS,
		.supported = xs_shadow_supported,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
	.run = xs_shadow_run,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "the program would have to run on a shadow stack from its first call on"
#endif
