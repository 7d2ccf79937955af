/* SPDX-License-Identifier: GPL-2.0-only */
/* The stack-fault axis: how the signal frame's pages come to be absent. */
#ifndef XS_STACK_H
#define XS_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One worker's signal stack: [base, base + bytes), guard pages around it. */
struct xs_stack {
	uint8_t *base;
	size_t bytes;
	size_t used_bytes; /* [base, base + used_bytes): frames are put at the end of this */
	uint8_t *drop;	   /* page-aligned range that arm() makes absent */
	size_t drop_bytes;
	int fd;		  /* the method's own: memfd or userfaultfd, else -1 */
	uint32_t hold_us; /* how long resolve() sits on a fault ... */
	/* ... unless this counter, of a vector task on the worker's CPU, moves by 2. */
	const volatile uint64_t *neighbour;
};

struct xs_stack_fault {
	const char *name;
	const char *summary;
	bool resolver; /* the plan gives each worker a resolver, which calls resolve() */
	bool keeps;    /* what the pages hold survives arm() */
	bool reads;    /* a read of them faults as a write does; where it keeps, sigreturn's too */
	bool sweeps;   /* arm() reaches all memory of the process: the worker takes its own back */
	bool shared;   /* a child that forks off the worker has the same pages, not a copy */
	bool refuses; /* the kernel cannot write a frame there: SIGSEGV instead, on another stack */
	/* Why not here: 0, or -errno with @why set (XS_WHY_BYTES). */
	int (*supported)(char *why);
	/* Map the stack at s->base (reserved, PROT_NONE) and set s->fd: 0 or -errno. */
	int (*open)(struct xs_stack *s);
	void (*close)(struct xs_stack *s);
	/* Worker context, before every window; raw system calls only: 0 or -errno. */
	int (*arm)(struct xs_stack *s);
	/*
	 * Resolver context: wait some milliseconds at most for a fault, hold it, resolve it.
	 * Return: the number of faults resolved, or -errno.
	 */
	int (*resolve)(struct xs_stack *s);
};

enum {
#define XS_STACK(id, ...) XS_STACK_##id,
#include "stack/stack.def"
#undef XS_STACK
	XS_STACKS
};

extern const struct xs_stack_fault *const xs_stacks[XS_STACKS];

/** xs_touch() - write to every page of a range, and change nothing. Context: any. */
void xs_touch(volatile void *at, size_t bytes);

/** xs_stack_restores() - whether sigreturn's reading of dropped pages faults, and finds them as
 * they were */
bool xs_stack_restores(unsigned int row);

/** xs_stack_find() - row of a method by its name, or -1 */
int xs_stack_find(const char *name);

#endif
