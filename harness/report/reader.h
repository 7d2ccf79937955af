/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON that somebody else has written: each value is what it has to be, or the error says where. */
#ifndef XS_READER_H
#define XS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XS_READER_WHY_BYTES  1024u
#define XS_READER_PATH_BYTES 96u

struct json_t;

/* After the first error nothing is looked at any more, and every value is empty. */
struct xs_reader {
	const char *file;
	char path[XS_READER_PATH_BYTES]; /* of the object that is read: "cases[3].evidence" */
	char why[XS_READER_WHY_BYTES];	 /* "FILE: PATH: what is wrong; what to do"; or "" */
};

/**
 * xs_reader_parse() - the document in @bytes of text
 *
 * Return: the caller's, or NULL with .why set to "FILE:LINE: reason; remedy". Pure.
 */
struct json_t *xs_reader_parse(struct xs_reader *r, const char *text, size_t bytes);

/** xs_reader_fail() - @key of the object that is read, or NULL: that itself, is wrong */
void xs_reader_fail(struct xs_reader *r, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * xs_reader_enter() - from now on what is read is @key of it, or that list's element @i
 * @i: or -1
 *
 * Return: what xs_reader_leave() takes.
 */
size_t xs_reader_enter(struct xs_reader *r, const char *key, int64_t i);
void xs_reader_leave(struct xs_reader *r, size_t where);

/* A value of the object @o, whose type it has to be; all of them end with @r failed otherwise. */
const struct json_t *xs_reader_object(struct xs_reader *r, const struct json_t *o, const char *key);
const struct json_t *xs_reader_list(struct xs_reader *r, const struct json_t *o, const char *key);
bool xs_reader_boolean(struct xs_reader *r, const struct json_t *o, const char *key);

/** xs_reader_number() - from 0 to @max; null is 0 */
uint64_t xs_reader_number(struct xs_reader *r, const struct json_t *o, const char *key,
			  uint64_t max);

/** xs_reader_text() - of less than @max bytes; null, where @need is not set, is "" */
const char *xs_reader_text(struct xs_reader *r, const struct json_t *o, const char *key, bool need,
			   size_t max);

/** xs_reader_item() - the same of element @i of @list, which is called @key */
const char *xs_reader_item(struct xs_reader *r, const struct json_t *list, size_t i,
			   const char *key, size_t max);

#endif
