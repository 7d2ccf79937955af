// SPDX-License-Identifier: GPL-2.0-only
/* Text put together piece by piece in a buffer of fixed size. */
#include "case/str.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define QUOTE_MAX 40u /* of foreign text in an error, which has XS_WHY_BYTES in all */
#define FILE_MAX  80u
#define WORD_MAX  32u /* longer than any name of a table */

struct xs_str xs_str_open(char *text, size_t bytes)
{
	text[0] = '\0';
	return (struct xs_str){ .text = text, .bytes = bytes, .used = 0 };
}

/*
 * Mark the text, which is full, as cut off: between two words where one begins
 * near, so that no part of a name is taken for a name. Whatever is appended
 * later gets here again and finds the same place.
 */
static void cut(struct xs_str *s)
{
	size_t end = s->bytes - sizeof("..."), at = end;

	while (at && end - at < WORD_MAX && s->text[at - 1] != ' ')
		at--;
	if (!at || s->text[at - 1] != ' ')
		at = end;
	memcpy(s->text + at, "...", sizeof("..."));
	s->used = at + strlen("...");
	s->bytes = s->used + 1;
}

void xs_str_put(struct xs_str *s, const char *text)
{
	size_t room = s->bytes - s->used;
	size_t n = strnlen(text, room);

	memcpy(s->text + s->used, text, n < room ? n + 1 : n);
	if (n < room)
		s->used += n;
	else
		cut(s);
}

void xs_str_add(struct xs_str *s, const char *format, ...)
{
	size_t room = s->bytes - s->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(s->text + s->used, room, format, args);
	va_end(args);
	if (n < 0)
		s->text[s->used] = '\0';
	else if ((size_t)n < room)
		s->used += (size_t)n;
	else
		cut(s);
}

void xs_str_number(struct xs_str *s, uint32_t number)
{
	char text[sizeof("4294967295")], *at = text + sizeof(text) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	xs_str_put(s, at);
}

void xs_str_item(struct xs_str *s, const char **separator, const char *item)
{
	xs_str_put(s, *separator);
	xs_str_put(s, item);
	*separator = ", ";
}

/* By value and not isprint(): the same in every locale, and safe on a terminal. */
static void add_printable(struct xs_str *s, const char *bytes, size_t n)
{
	char copy[FILE_MAX + 1];
	size_t i;

	for (i = 0; i < n; i++)
		copy[i] = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?';
	copy[n] = '\0';
	xs_str_put(s, copy);
}

void xs_str_quote(struct xs_str *s, const char *bytes)
{
	const size_t n = strnlen(bytes, QUOTE_MAX + 1);
	const bool cut_off = n > QUOTE_MAX;

	xs_str_put(s, "'");
	add_printable(s, bytes, cut_off ? QUOTE_MAX - 3 : n);
	xs_str_put(s, cut_off ? "...'" : "'");
}

void xs_str_file(struct xs_str *s, const char *file)
{
	size_t n = strlen(file);

	if (n > FILE_MAX) {
		xs_str_put(s, "...");
		file += n - (FILE_MAX - 3);
		n = FILE_MAX - 3;
	}
	add_printable(s, file, n);
}
