/* SPDX-License-Identifier: GPL-2.0-only */
/* What a case is made of, in words, and the case without each. */
#ifndef XS_INGREDIENTS_H
#define XS_INGREDIENTS_H

#include <stdbool.h>

#include "case/case.h"

#define XS_INGREDIENT_BYTES 64u
#define XS_INGREDIENTS_MAX  96u

/* One question to a case. */
struct xs_ingredient {
	struct xs_case c;		/* the case without it */
	char what[XS_INGREDIENT_BYTES]; /* "a page fault while the frame is written" */
	char how[XS_INGREDIENT_BYTES];	/* what is there instead: "fault = none" */
	bool alone;			/* the case with nothing else of its kind: does that do? */
};

/**
 * xs_ingredients() - the list for a case
 * @registers: the classes that the machine has
 * @list: room for XS_INGREDIENTS_MAX
 *
 * First what a kernel developer asks: the registers, the page faults, the other
 * tasks and their CPU; then every key that is not at its default. Each case is
 * valid, differs from @c, and is there once. Return: their number. Pure.
 */
uint32_t xs_ingredients(const struct xs_case *c, uint32_t registers, struct xs_ingredient *list);

#endif
