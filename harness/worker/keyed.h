/* SPDX-License-Identifier: GPL-2.0-only */
/* The way into a handler, and out of it, whose stack the task's PKRU does not open. */
#ifndef XS_KEYED_H
#define XS_KEYED_H

/* Offsets in struct xs_keyed, for assembly; install.c proves them. */
#define XS_KEYED_BASE  0
#define XS_KEYED_BYTES 8
#define XS_KEYED_KEY   16
#define XS_KEYED_DEPTH 24

#ifndef __ASSEMBLER__

#include <signal.h>
#include <stdint.h>

/* The thread's signal stack and its key; zeros: it has none that is under a key. */
struct xs_keyed {
	uint64_t base, bytes;
	uint64_t key;
	uint64_t depth; /* of handlers: the outermost one closes the stack */
};

extern __thread struct xs_keyed xs_keyed;

/**
 * xs_handle_keyed() - xs_handle(), for a stack under a protection key
 *
 * A handler starts with the kernel's PKRU, which need not open its own stack. So before anything
 * touches that the pages get key 0, and the handler finds registers, stack and frame as any other
 * does. In the end they get their key again and PKRU opens it: sigreturn has to read all of the
 * frame before it loads the PKRU that is in there.
 */
void xs_handle_keyed(int signo, siginfo_t *info, void *context);

#endif
#endif
