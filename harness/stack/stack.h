/* SPDX-License-Identifier: GPL-2.0-only */
/* The stack-fault axis: how the signal frame's pages come to be absent. */
#ifndef XS_STACK_H
#define XS_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "axis/axis.h"

/* What short.c puts below its stack, down to this far below where a frame would come to lie. */
#define XS_BELOW_BYTES 64u
#define XS_BELOW_FILL  0xa5u

/* One worker's signal stack: [base, base + bytes), guard pages around it. */
struct xs_stack_fault;
struct xs_mitigation;

struct xs_stack {
	/* Before each window: the method's, or what a mitigation makes of it. */
	int (*arm)(struct xs_stack *s);
	const struct xs_stack_fault *fault;
	const struct xs_mitigation *mitigation; /* that does */
	uint8_t life;				/* enum xs_mitigated */
	uint8_t *base;
	size_t bytes;
	size_t used_bytes; /* [base, base + used_bytes): frames are put at the end of this */
	uint8_t *frame;	   /* where the lowest byte of a 64-bit frame comes to lie */
	uint8_t *floor;	   /* sigaltstack()'s ss_sp: it has to lie above that */
	int ss_flags;	   /* for sigaltstack() */
	uint32_t turn;	   /* the method's own, */
	size_t size[2];	   /* and this: of signal stacks */
	uint8_t *drop;	   /* page-aligned range that arm() makes absent */
	size_t drop_bytes;
	uint64_t shadow;  /* where SSP is to be in the window; 0: as it is */
	int fd;		  /* the method's own: memfd or userfaultfd, else -1 */
	uint32_t key;	  /* protection key that arm() gives the pages, or 0 */
	uint32_t hold_us; /* how long resolve() sits on a fault ... */
	/* ... unless this counter, of a vector task on the worker's CPU, moves by 2. */
	const volatile uint64_t *neighbour;
};

struct xs_stack_fault {
	struct xs_entry entry;
	/* Map the stack at s->base (reserved, PROT_NONE) and set s->fd: 0 or -errno. */
	int (*open)(struct xs_stack *s);
	/* Undo what is more than memory and s->fd; or NULL. */
	void (*close)(struct xs_stack *s);
	/* Worker context, before every window; raw system calls only: 0 or -errno. */
	int (*arm)(struct xs_stack *s);
	/*
	 * Resolver context: wait a short time for a fault, hold it, resolve it.
	 * Return: the number of faults resolved, or -errno.
	 */
	int (*resolve)(struct xs_stack *s);
	/* Call fn(arg), in which all windows are, as the method needs it: 0 or -errno. Or NULL. */
	long (*run)(void (*fn)(void *), void *arg);
};

static inline const struct xs_stack_fault *xs_stack(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_STACK, row);
}

/* Whether a method with @flags has page faults of the kernel's while it writes a frame. */
static inline bool xs_stack_faults(uint32_t flags)
{
	return flags & XS_STACK_SHADOW ||
	       !(flags & (XS_STACK_STAYS | XS_STACK_REFUSES | XS_STACK_KEYED));
}

/** xs_touch() - write to every page of a range, and change nothing. Context: any. */
void xs_touch(volatile void *at, size_t bytes);

#endif
