// SPDX-License-Identifier: GPL-2.0-only
/* JSON that somebody else has written. */
#include "report/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "case/str.h"

#define CHANGED "something has changed the file: take it anew from where it was written"

/* The first word of an error: the file, and where in there. */
static struct xs_str begin(struct xs_reader *r)
{
	struct xs_str s = xs_str_open(r->why, sizeof(r->why));

	xs_str_file(&s, r->file);
	return s;
}

json_t *xs_reader_parse(struct xs_reader *r, const char *text, size_t bytes)
{
	json_error_t e;
	json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &e);
	struct xs_str s;

	if (json_is_object(root))
		return root;
	s = begin(r);
	if (root) {
		xs_str_put(&s, ": a list, not a report; give what --json of check or replay has "
			       "written");
		json_decref(root);
		return NULL;
	}
	xs_str_add(&s, ":%d: ", e.line);
	xs_str_quote(&s, e.text);
	xs_str_put(&s, bytes ? ": no JSON, or cut short; copy it again, or give what --json of "
			       "check or replay has written"
			     : ": an empty file; the run wrote none, or it was cut short");
	return NULL;
}

/* Keys may be anybody's words. */
static void put_words(struct xs_str *s, const char *text)
{
	for (; *text; text++)
		xs_str_add(s, "%c", *text >= ' ' && *text <= '~' ? *text : '?');
}

void xs_reader_fail(struct xs_reader *r, const char *key, const char *format, ...)
{
	char text[XS_READER_WHY_BYTES / 2];
	struct xs_str s;
	va_list args;

	if (r->why[0])
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	s = begin(r);
	if (r->path[0] || key)
		xs_str_put(&s, ": ");
	put_words(&s, r->path);
	if (r->path[0] && key)
		xs_str_put(&s, ".");
	if (key)
		put_words(&s, key);
	xs_str_put(&s, ": ");
	put_words(&s, text);
}

size_t xs_reader_enter(struct xs_reader *r, const char *key, int64_t i)
{
	const size_t where = strlen(r->path);
	struct xs_str s = xs_str_open(r->path + where, sizeof(r->path) - where);

	/* A path that has no room is a long one: its end is what it can do without. */
	if (sizeof(r->path) - where <= 8)
		return where;
	if (i >= 0)
		xs_str_add(&s, "%s%s[%" PRId64 "]", where ? "." : "", key, i);
	else
		xs_str_add(&s, "%s%s", where ? "." : "", key);
	return where;
}

void xs_reader_leave(struct xs_reader *r, size_t where)
{
	r->path[where] = '\0';
}

static const char *type_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",	 [JSON_STRING] = "a text",
		[JSON_INTEGER] = "a number", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",	     [JSON_NULL] = "null",
	};

	return names[json_typeof(value)];
}

static const json_t *get(struct xs_reader *r, const json_t *o, const char *key, const char *want)
{
	const json_t *value = r->why[0] ? NULL : json_object_get(o, key);

	if (!value)
		xs_reader_fail(r, key, "is missing, where %s has to be; " CHANGED, want);
	return value;
}

static void wrong_type(struct xs_reader *r, const char *key, const json_t *value, const char *want)
{
	xs_reader_fail(r, key, "is %s, not %s; " CHANGED, type_name(value), want);
}

const json_t *xs_reader_object(struct xs_reader *r, const json_t *o, const char *key)
{
	const json_t *value = get(r, o, key, "an object");

	if (!value || json_is_object(value))
		return value;
	wrong_type(r, key, value, "an object");
	return NULL;
}

const json_t *xs_reader_list(struct xs_reader *r, const json_t *o, const char *key)
{
	const json_t *value = get(r, o, key, "a list");

	if (!value || json_is_array(value))
		return value;
	wrong_type(r, key, value, "a list");
	return NULL;
}

bool xs_reader_boolean(struct xs_reader *r, const json_t *o, const char *key)
{
	const json_t *value = get(r, o, key, "true or false");

	if (value && !json_is_boolean(value))
		wrong_type(r, key, value, "true or false");
	return json_is_true(value);
}

uint64_t xs_reader_number(struct xs_reader *r, const json_t *o, const char *key, uint64_t max)
{
	const json_t *value = get(r, o, key, "a number");
	json_int_t n;

	if (!value || json_is_null(value))
		return 0;
	n = json_integer_value(value);
	if (!json_is_integer(value))
		wrong_type(r, key, value, "a number");
	else if (n < 0 || (uint64_t)n > max)
		xs_reader_fail(r, key, "%" PRId64 " is no number from 0 to %" PRIu64 "; " CHANGED,
			       (int64_t)n, max);
	else
		return (uint64_t)n;
	return 0;
}

static const char *text_of(struct xs_reader *r, const json_t *value, const char *key, size_t max)
{
	const char *text = json_string_value(value);

	if (!text)
		wrong_type(r, key, value, "a text");
	else if (json_string_length(value) >= max)
		xs_reader_fail(r, key, "a text of %zu bytes, where %zu are the most; " CHANGED,
			       json_string_length(value), max - 1);
	else
		return text;
	return "";
}

const char *xs_reader_text(struct xs_reader *r, const json_t *o, const char *key, bool need,
			   size_t max)
{
	const json_t *value = get(r, o, key, "a text");

	if (!value || (!need && json_is_null(value)))
		return "";
	return text_of(r, value, key, max);
}

const char *xs_reader_item(struct xs_reader *r, const json_t *list, size_t i, const char *key,
			   size_t max)
{
	const size_t where = xs_reader_enter(r, key, (int64_t)i);
	const json_t *value = r->why[0] ? NULL : json_array_get(list, i);
	const char *text = value ? text_of(r, value, NULL, max) : "";

	xs_reader_leave(r, where);
	return text;
}
