/* SPDX-License-Identifier: GPL-2.0-only */
/* A case, its finding and what it needs, as a page of HTML. */
#ifndef XS_PAGE_H
#define XS_PAGE_H

#include "campaign/weigh.h"

/**
 * xs_page_print() - all of the page
 * @t: a case that hits, measured
 * @w: what is known of its ingredients
 * @run: the first hit, as xs_html_run() has made it
 */
void xs_page_print(FILE *f, struct xs_trials *t, const struct xs_weighing *w, const char *run);

#endif
