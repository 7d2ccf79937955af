/* SPDX-License-Identifier: GPL-2.0-only */
/* A text as a mail program quotes it. For tests. */
#ifndef XS_QUOTE_H
#define XS_QUOTE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How it is sent. */
struct xs_quote {
	unsigned int depth, columns; /* of "> "; where lines are broken at a blank, 0: nowhere */
	bool bare;		     /* what is broken off stands without quotes */
	bool crlf, encoded;	     /* quoted-printable */
};

/* Its line ends; where it is encoded, lines are broken softly at 76 columns, too. */
static inline void xs_quote_line(FILE *f, const struct xs_quote *how, const char *line)
{
	unsigned int column = 0;

	for (; *line; line++) {
		const bool special = *line == '=' || (unsigned char)*line > '~';

		if (how->encoded && column + (special ? 3 : 1) > 75) {
			fputs(how->crlf ? "=\r\n" : "=\n", f);
			column = 0;
		}
		column += fprintf(f, how->encoded && special ? "=%02X" : "%c",
				  (unsigned char)*line) > 1
				  ? 3
				  : 1;
	}
	fputs(how->crlf ? "\r\n" : "\n", f);
}

/* One line, broken where it is too long. */
static inline void xs_quote_wrap(FILE *f, const struct xs_quote *how, const char *text,
				 size_t bytes)
{
	bool first = true;

	do {
		const size_t quotes = first || !how->bare ? 2u * how->depth : 0;
		const size_t room = how->columns > quotes ? how->columns - quotes : 1;
		char line[1024] = "";
		size_t part = bytes, skip = 0;

		if (how->columns && bytes > room) {
			for (part = room; part && text[part] != ' '; part--)
				;
			if (!part) /* a word that is too long */
				while (part < bytes && text[part] != ' ')
					part++;
			skip = part < bytes;
		}
		for (size_t i = 0; i < quotes; i += 2)
			strcat(line, "> ");
		snprintf(line + quotes, sizeof(line) - quotes, "%.*s", (int)part, text);
		xs_quote_line(f, how, line);
		text += part + skip;
		bytes -= part + skip;
		first = false;
	} while (bytes);
}

static inline void xs_quote(FILE *f, const struct xs_quote *how, const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, "\n");

		xs_quote_wrap(f, how, text, bytes);
		text += bytes + (text[bytes] == '\n');
	}
}

#endif
