// SPDX-License-Identifier: GPL-2.0-only
/* Signal stacks under a protection key: allocation, and whether there are any. */
#include "stack/key.h"

#include "stack/memory.h"

#define NO_ACCESS 1 /* PKEY_DISABLE_ACCESS: as new threads have it */
#define KEYS_GONE 1 /* the first one: all are this process' */

int xs_stack_key(uint8_t *at, size_t bytes, int prot, uint32_t key)
{
	return (int)xs_syscall6(SYS_pkey_mprotect, (long)at, (long)bytes, prot, key, 0, 0);
}

/* A key of its own while there are any. The process keeps it: who is in a handler may need it. */
int xs_stack_open_keyed(struct xs_stack *s)
{
	const long key = xs_syscall3(SYS_pkey_alloc, 0, NO_ACCESS, 0);

	if (key < 0 && key != -ENOSPC)
		return (int)key;
	s->key = key < 0 ? KEYS_GONE : (uint32_t)key;
	return xs_stack_open_anonymous(s);
}

/* The key is not to stay. */
static int look(struct xs_stack *s)
{
	const int rc = xs_stack_key(s->drop, s->drop_bytes, PROT_READ | PROT_WRITE, s->key);

	xs_syscall3(SYS_pkey_free, s->key, 0, 0);
	return rc;
}

int xs_stack_key_supported(char *why)
{
	return xs_why(xs_stack_try(xs_stack_open_keyed, look), why, "pkey_alloc(): %m");
}
