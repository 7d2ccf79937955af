/* SPDX-License-Identifier: GPL-2.0-only */
/* A case inside a mail or a bug report: quoted, wrapped, with other text around it. */
#ifndef XS_CASE_MAIL_H
#define XS_CASE_MAIL_H

#include "case/case.h"

#define XS_MAIL_TEXT_MAX 1048576u /* largest text in which a case is looked for */

/* Where in a text its case stands. */
struct xs_excerpt {
	uint32_t first, last; /* lines, from 1; both 0: the text is the case */
	uint32_t times;	      /* how often the same one stands there */
};

/**
 * xs_case_take() - xs_case_parse() of the case that a text is, or has in it
 * @from: set where the case was taken, on success
 *
 * A text that begins as a case does is one, and is read strictly. In any other a case begins with a
 * section's header on a line of its own, behind any quotes ("> "), and ends where a blank line
 * is followed by what no case has, or the quotes end. Lines that a mail program has broken are
 * put together, and quoted-printable is decoded. Two cases that differ, a part of one that stands
 * apart, or none, are errors. Numbers of lines are those of @text. Return, and all else: as
 * xs_case_parse(). Context: any.
 */
int xs_case_take(struct xs_case *c, const char *text, size_t bytes, const char *file,
		 struct xs_excerpt *from, char why[XS_WHY_BYTES]);

/** xs_case_parse_from() - xs_case_parse() of a text that begins in line @first_line of the file */
int xs_case_parse_from(struct xs_case *c, const char *text, size_t bytes, const char *file,
		       uint32_t first_line, char why[XS_WHY_BYTES]);

#endif
