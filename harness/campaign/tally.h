/* SPDX-License-Identifier: GPL-2.0-only */
/* What many runs of one case come to. */
#ifndef XS_TALLY_H
#define XS_TALLY_H

#include <stdbool.h>
#include <stdio.h>

#include "session.h"

struct xs_tally {
	uint32_t runs, hits, room;
	uint32_t timed; /* hits of which the moment is known; for those, since the first signal: */
	uint64_t *first_ns, *first_faults, *first_signals;
	enum xs_verdict_kind worst;
	int interrupted;
	bool immortal; /* a process is left that SIGKILL does not end */
};

/** xs_tally_open() - for at most @runs runs. Return: 0 or -ENOMEM. */
int xs_tally_open(struct xs_tally *t, uint32_t runs);
void xs_tally_close(struct xs_tally *t);

/** xs_tally_reset() - begin again, with another case */
void xs_tally_reset(struct xs_tally *t);

/** xs_tally_add() - one more run */
void xs_tally_add(struct xs_tally *t, const struct xs_outcome *outcome);

/** xs_tally_print() - hits with their interval, and how long they took */
void xs_tally_print(FILE *f, const char *file, struct xs_tally *t);

/** xs_worse() - of two verdicts: bad beats error beats doubt beats pass */
enum xs_verdict_kind xs_worse(enum xs_verdict_kind a, enum xs_verdict_kind b);

/** xs_left_immortal() - whether a run has left a process that keeps a CPU for good */
bool xs_left_immortal(const struct xs_outcome *outcome);

/** xs_say_immortal() - say so, to standard error */
void xs_say_immortal(void);

#endif
