/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a mail, as the case that may be in it has them. For mail.c. */
#ifndef XS_CASE_QUOTED_H
#define XS_CASE_QUOTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "case/limits.h"

/* More than a case may have in a line: its parser is to see that it is too long. */
#define XS_QUOTED_ROOM (2ul * XS_CASE_LINE_MAX)

/* What a line is to a case. */
enum xs_quoted_kind {
	XS_QUOTED_BLANK,
	XS_QUOTED_COMMENT,
	XS_QUOTED_HEADER, /* "[worker]": alone, and of a section that there is */
	XS_QUOTED_KEY,	  /* "key = value" */
	XS_QUOTED_BEGUN,  /* a header or a key without the rest of its line */
	XS_QUOTED_FENCE,  /* what ends a quotation in Markdown, a patch or a mail */
	XS_QUOTED_OTHER,
};

struct xs_quoted_line {
	char text[XS_QUOTED_ROOM + 1]; /* without quotes, and blanks at both ends; or cut */
	size_t bytes;
	size_t columns; /* as it stands in the mail */
	uint32_t first, last, depth;
	enum xs_quoted_kind kind;
};

struct xs_quoted {
	const char *at, *end; /* not read yet */
	uint32_t number;      /* of the line there */
	bool encoded;	      /* quoted-printable (RFC 2045, 6.7) */
};

/** xs_quoted_open() - at the first line. It finds out whether the text is encoded. */
struct xs_quoted xs_quoted_open(const char *text, size_t bytes);

/** xs_quoted_next() - the next line: whether there is one */
bool xs_quoted_next(struct xs_quoted *q, struct xs_quoted_line *l);

/** xs_quoted_is_bare() - whether it is a known key, '=', and what may be a value, and no more */
bool xs_quoted_is_bare(const struct xs_quoted_line *l);

#endif
