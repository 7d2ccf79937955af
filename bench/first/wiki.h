/* SPDX-License-Identifier: GPL-2.0-only */
/* The measure of comparison: what the Go wiki's program does. */
#ifndef XS_WIKI_H
#define XS_WIKI_H

#include <stdint.h>

/* What one of its processes has seen; shared with its parent. */
struct xs_wiki {
	volatile uint64_t signals, drops; /* handled; of the signal stack's pages */
	uint64_t wanted[4], got[4];	  /* at the mismatch */
	int error;			  /* -errno: it could not do its work */
	char what[32];			  /* the step that failed */
};

/**
 * xs_wiki_run() - do what one process of the Go wiki's program does, until a register is wrong
 * @seen: shared memory, zeroed
 *
 * Return: 1 with the mismatch in @seen, or 2 with the error there. Context: a child of its own.
 */
int xs_wiki_run(struct xs_wiki *seen);

#endif
