/* SPDX-License-Identifier: GPL-2.0-only */
/* Signal stacks under a protection key. */
#ifndef XS_STACK_KEY_H
#define XS_STACK_KEY_H

#include "stack/stack.h"

/** xs_stack_key() - give pages a key and PROT_...: 0 or -errno. Context: a worker */
int xs_stack_key(uint8_t *at, size_t bytes, int prot, uint32_t key);

/** xs_stack_open_keyed() - anonymous memory, and in s->key a key that PKRU does not open */
int xs_stack_open_keyed(struct xs_stack *s);

/** xs_stack_key_supported() - supported() of a method that needs a key */
int xs_stack_key_supported(char *why);

#endif
