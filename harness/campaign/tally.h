/* SPDX-License-Identifier: GPL-2.0-only */
/* What many runs of one case come to. */
#ifndef XS_TALLY_H
#define XS_TALLY_H

#include <stdio.h>

#include "oracle/oracle.h"

/* Of a run's first finding. */
enum xs_tally_first {
	XS_TALLY_NS, /* since the first signal */
	XS_TALLY_FAULTS,
	XS_TALLY_SIGNALS,
	XS_TALLY_FIRSTS
};

struct xs_tally {
	uint32_t runs, hits, room;
	uint32_t timed;			  /* hits of which the moment is known; those: */
	uint64_t *first[XS_TALLY_FIRSTS]; /* .first[0] is all of the memory */
	enum xs_verdict_kind worst;
};

/** xs_tally_open() - for at most @runs runs. Return: 0 or -ENOMEM. */
int xs_tally_open(struct xs_tally *t, uint32_t runs);
void xs_tally_close(struct xs_tally *t);

/** xs_tally_reset() - begin again, with another case */
void xs_tally_reset(struct xs_tally *t);

/** xs_tally_add() - one more run */
void xs_tally_add(struct xs_tally *t, const struct xs_verdict *v);

/** xs_tally_print() - hits with their interval, and how long they took */
void xs_tally_print(FILE *f, const char *file, struct xs_tally *t);

#endif
