/* SPDX-License-Identifier: GPL-2.0-only */
/* One live line on a terminal; nothing anywhere else. */
#ifndef XS_PROGRESS_H
#define XS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define XS_PROGRESS_CELLS 32u /* more are not shown */

struct xs_progress {
	FILE *f; /* NULL: no terminal */
	bool shown;
	uint64_t drawn_ns;
};

/* What the line says. */
struct xs_progress_line {
	uint64_t elapsed_ns, total_ns; /* total 0: no limit */
	uint32_t number, cases;	       /* of the case, from 1; cases 0: not known */
	const char *name;
	uint64_t signals, faults, switches;
	const char *verdict; /* so far */
	const char *cells;   /* a mark for each; NULL: there is one */
};

/**
 * xs_progress_start() - begin; @f is used only if it is a terminal that can erase (TERM)
 */
void xs_progress_start(struct xs_progress *p, FILE *f);

/**
 * xs_progress_update() - draw the line, at most ten times a second
 * @now_ns: of any clock that only goes forward
 */
void xs_progress_update(struct xs_progress *p, const struct xs_progress_line *line,
			uint64_t now_ns);

/** xs_progress_clear() - take the line away, before any other output */
void xs_progress_clear(struct xs_progress *p);

#endif
