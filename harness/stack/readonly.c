// SPDX-License-Identifier: GPL-2.0-only
/* readonly: the kernel may not write to the pages; it has to give the frame up. */
#include "stack/memory.h"

/*
 * Nothing makes the pages writable again: every delivery of the run that needs
 * them fails, a late one too, and its SIGSEGV goes to the thread's own stack.
 */
static int arm(struct xs_stack *s)
{
	return (int)xs_syscall3(SYS_mprotect, (long)s->drop, (long)s->drop_bytes, PROT_READ);
}

const struct xs_stack_fault xs_stack_readonly = {
	.entry = {
		.name = "readonly",
		.summary = "mprotect(PROT_READ): the frame cannot be written, and becomes a SIGSEGV",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_STACK_REFUSES,
	},
	.open = xs_stack_open_anonymous,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/mman.h>
#include "stack/parts/refused.c"
#define stack_drop(from, to) mprotect(from, (to) - (from), PROT_READ)
#endif
