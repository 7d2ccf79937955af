// SPDX-License-Identifier: GPL-2.0-only
/* pkey-readonly: a stack under a protection key, of which the kernel may not write a part. */
#include "stack/key.h"
#include "stack/memory.h"
#include "state/cpu.h"

/*
 * Whether the kernel opens all keys to write a frame (6.12) or goes by the task's PKRU: it has to
 * give this one up, half-way or at once, and the task has its own PKRU in the SIGSEGV's frame, on
 * the thread's own stack.
 */
static int arm(struct xs_stack *s)
{
	uint8_t *const to = s->drop + s->drop_bytes, *const end = s->base + s->bytes;
	/* As of readonly: once taken, the right to write is never given back. */
	int rc = xs_stack_key(s->drop, s->drop_bytes, PROT_READ, s->key);

	if (!rc)
		rc = xs_stack_key(s->base, (size_t)(s->drop - s->base), PROT_READ | PROT_WRITE,
				  s->key);
	return rc ? rc : xs_stack_key(to, (size_t)(end - to), PROT_READ | PROT_WRITE, s->key);
}

const struct xs_stack_fault xs_stack_pkey_readonly = {
	.entry = {
		.name = "pkey-readonly",
		.summary = "pkey_mprotect(PROT_READ): as readonly, and all pages have a key, as of "
			   "pkey",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_STACK_REFUSES,
		.features = XS_CPU_XSAVE | XS_CPU_PKU,
		.supported = xs_stack_key_supported,
	},
	.open = xs_stack_open_keyed,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/mman.h>
#include "stack/parts/refused.c"
/* All of the stack has a key that PKRU need not open, and a part is read-only. */
static void stack_drop(uint8_t *from, uint8_t *to)
{
	static int key;

	if (!key && (key = pkey_alloc(0, PKEY_DISABLE_ACCESS)) < 0)
		err(4, "skip: pkey_alloc");
	if (pkey_mprotect(from, to - from, PROT_READ, key) ||
	    pkey_mprotect(self->stack, from - self->stack, PROT_READ | PROT_WRITE, key) ||
	    pkey_mprotect(to, self->stack + STACK - to, PROT_READ | PROT_WRITE, key))
		err(2, "pkey_mprotect");
}
#endif
