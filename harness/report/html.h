/* SPDX-License-Identifier: GPL-2.0-only */
/* Results as one page of HTML that needs nothing else, and is well-formed XML, too. */
#ifndef XS_HTML_H
#define XS_HTML_H

#include <stdio.h>

#include "report/report.h"

/**
 * xs_html_print() - text as HTML: printf, and no character of what it makes is markup
 *
 * What is no UTF-8, or no character of XML, becomes '?'. Without memory nothing is printed.
 */
void xs_html_print(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** xs_html_text() - the same of a text as it is */
void xs_html_text(FILE *f, const char *text);

/** xs_html_begin() - the page up to its first heading, which is @title */
void xs_html_begin(FILE *f, const char *title);
void xs_html_end(FILE *f);

/**
 * xs_html_run() - one run: whose data arrived, the maps of its findings, and when what happened
 *
 * Sections of a page. What there is no map of is there in words.
 */
void xs_html_run(FILE *f, const struct xs_result *r);

#endif
