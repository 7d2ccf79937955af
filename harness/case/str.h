/* SPDX-License-Identifier: GPL-2.0-only */
/* Text put together piece by piece in a buffer of fixed size. */
#ifndef XS_CASE_STR_H
#define XS_CASE_STR_H

#include <stddef.h>
#include <stdint.h>

/* .used < .bytes always; .text[.used] is the terminator. A cut takes .bytes back to it. */
struct xs_str {
	char *text;
	size_t bytes, used;
};

/** xs_str_open() - an empty text in @text, which has room for @bytes > 4 */
struct xs_str xs_str_open(char *text, size_t bytes);

/** xs_str_put() - append @text; as xs_str_add() without a format */
void xs_str_put(struct xs_str *s, const char *text);

/** xs_str_add() - append; what does not fit is cut off and the text ends with "..." */
void xs_str_add(struct xs_str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** xs_str_number() - append @number in decimal */
void xs_str_number(struct xs_str *s, uint32_t number);

/** xs_str_item() - append *@separator, which is ", " from then on, and an item of a list */
void xs_str_item(struct xs_str *s, const char **separator, const char *item);

/** xs_str_quote() - append foreign bytes in quotes, shortened, unprintable ones as '?' */
void xs_str_quote(struct xs_str *s, const char *bytes);

/** xs_str_file() - append a file's name, unprintable bytes as '?', a long one by its end */
void xs_str_file(struct xs_str *s, const char *file);

#endif
