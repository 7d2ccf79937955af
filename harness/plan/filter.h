/* SPDX-License-Identifier: GPL-2.0-only */
/* What the user leaves of the axes and of the legs: --only and --skip. */
#ifndef XS_FILTER_H
#define XS_FILTER_H

#include <stdbool.h>

#include "axis/leg.h"
#include "plan/schedule.h"

#define XS_FILTER_LEGS XS_AXES

/* Masks over the rows of each axis, and the last over the legs; zeros leave everything. */
struct xs_filter {
	uint32_t only[XS_AXES + 1]; /* 0: all */
	uint32_t skip[XS_AXES + 1];
	bool contract; /* without what Linux does and no contract asks for: XS_LINUX_OWN */
};

/** xs_filter_is_empty() - whether it leaves everything */
bool xs_filter_is_empty(const struct xs_filter *f);

/** xs_filter_axis() - the word for an axis, or for the legs: what comes before the = */
const char *xs_filter_axis(unsigned int axis);

/**
 * xs_filter_add() - take one more option
 * @only: what it names is left, beside what others name; else it is left out
 * @text: "AXIS=ENTRY[,ENTRY...]"
 * @why: set to the reason on error, with the words that there are
 *
 * AXIS is a word of a case file or of a JSON report: "stack", "fault" and "faults" are the same;
 * or "legs". ENTRY is a name of "xsavage list", or "all". Pure. Return: 0 or -EINVAL.
 */
int xs_filter_add(struct xs_filter *f, bool only, const char *text, char why[XS_WHY_BYTES]);

/**
 * xs_filter_apply() - leave in a repertoire what the filter leaves
 * @r: what there is
 * @why: set to the reason on error, which names the axis
 *
 * Rows that go together with nothing that is left of another axis go, too. An empty filter
 * changes nothing. Pure. Return: 0; -EINVAL: no case can be made of what is left; -EOPNOTSUPP:
 * it could elsewhere.
 */
int xs_filter_apply(const struct xs_filter *f, struct xs_repertoire *r, char why[XS_WHY_BYTES]);

#endif
