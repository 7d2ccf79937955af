/* SPDX-License-Identifier: GPL-2.0-only */
/* What each ingredient is to a measured case: tested one by one, and printed. */
#ifndef XS_WEIGH_H
#define XS_WEIGH_H

#include "campaign/trial.h"
#include "reduce/ingredients.h"

struct xs_weighing {
	uint32_t count, done; /* ingredients; those that were tested */
	struct xs_ingredient list[XS_INGREDIENTS_MAX];
	struct {
		enum xs_weight weight;
		struct xs_score score;
		char why[XS_WHY_BYTES]; /* it cannot run here */
	} of[XS_INGREDIENTS_MAX];
};

/**
 * xs_weigh() - test every ingredient of t->c, which was measured
 * @f: a line for each at once; or NULL
 *
 * Return: 0 or, with .done less than .count, as xs_trials_run() where that ends everything.
 */
int xs_weigh(struct xs_trials *t, struct xs_weighing *w, FILE *f);

/** xs_weight_word() - "necessary", "enough": what an ingredient is, or is when it is alone */
const char *xs_weight_word(bool alone, enum xs_weight weight);

/** xs_weigh_summary() - what the finding needs, what helps, what it does not need */
void xs_weigh_summary(const struct xs_trials *t, const struct xs_weighing *w, FILE *f);

#endif
