// SPDX-License-Identifier: GPL-2.0-only
/* Reads a mail line by line: takes quotes away, decodes, and says what each line is to a case. */
#include "case/quoted.h"

#include <string.h>

#include "case/schema.h"

#define WORD  "abcdefghijklmnopqrstuvwxyz0123456789"
#define VALUE WORD ".,-" /* of every key; a program's have a semicolon, say */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* At "=": step behind a soft line break, if there is one. */
static bool soft_break(struct xs_quoted *q)
{
	const char *at = q->at + 1;

	while (at < q->end && is_blank(*at))
		at++;
	if (at < q->end && *at == '\r')
		at++;
	if (at < q->end && *at != '\n')
		return false;
	q->at = at < q->end ? at + 1 : at;
	q->number++;
	return true;
}

/* The next byte of a line, or -1 where it ends. */
static int next_byte(struct xs_quoted *q, size_t *columns)
{
	while (q->encoded && q->at < q->end && *q->at == '=' && soft_break(q))
		*columns = 0;
	if (q->at == q->end)
		return -1;
	++*columns;
	if (*q->at == '\n') {
		q->at++;
		q->number++;
		return -1;
	}
	if (q->encoded && q->end - q->at >= 3 && *q->at == '=' && hex(q->at[1]) >= 0 &&
	    hex(q->at[2]) >= 0) {
		q->at += 3;
		return hex(q->at[-2]) << 4 | hex(q->at[-1]);
	}
	return (unsigned char)*q->at++;
}

/* The same, with a blank for U+00A0, of which some mail programs make indentations. */
static int next_character(struct xs_quoted *q, size_t *columns)
{
	const int c = next_byte(q, columns);
	struct xs_quoted then = *q;
	size_t ignored = 0;

	if (c != 0xc2 || next_byte(&then, &ignored) != 0xa0)
		return c;
	*q = then;
	return ' ';
}

/* A line of text begins with a word such as keys and sections have: its length. */
static size_t word_bytes(const char *s)
{
	return strspn(s, WORD "_");
}

static bool is_key_name(const char *s, size_t bytes)
{
	for (unsigned int i = 0; i < XS_KEYS; i++)
		if (strlen(xs_keys[i].name) == bytes && !memcmp(xs_keys[i].name, s, bytes))
			return true;
	return false;
}

static bool is_section_name(const char *s, size_t bytes)
{
	for (unsigned int i = 0; i < XS_SECTIONS; i++)
		if (strlen(xs_section_names[i]) == bytes && !memcmp(xs_section_names[i], s, bytes))
			return true;
	return false;
}

static const char *behind_word(const char *s)
{
	s += word_bytes(s);
	return s + strspn(s, " \t");
}

static enum xs_quoted_kind kind_of_header(const char *s)
{
	const size_t word = word_bytes(s + 1);
	const char *close = strchr(s, ']'), next = s[1 + word];

	if (!is_section_name(s + 1, word) || (next && next != ']' && !is_blank(next)))
		return XS_QUOTED_OTHER;
	if (!close)
		return XS_QUOTED_BEGUN;
	close += 1 + strspn(close + 1, " \t");
	return !*close || *close == ';' ? XS_QUOTED_HEADER : XS_QUOTED_OTHER;
}

/* "Note: ..." is no key, though the parser of cases would take it for one. */
static enum xs_quoted_kind kind_of_key(const char *s)
{
	const char *then = behind_word(s);
	const bool known = is_key_name(s, word_bytes(s));

	if ((word_bytes(s) && *then == '=') || (known && *then == ':'))
		return XS_QUOTED_KEY;
	return known && !*then ? XS_QUOTED_BEGUN : XS_QUOTED_OTHER;
}

static enum xs_quoted_kind kind_of(const char *s)
{
	static const char *const fences[] = { "```", "~~~", "--" };

	for (size_t i = 0; i < sizeof(fences) / sizeof(fences[0]); i++)
		if (!strncmp(s, fences[i], strlen(fences[i])))
			return XS_QUOTED_FENCE;
	if (!*s)
		return XS_QUOTED_BLANK;
	if (*s == '#' || *s == ';')
		return XS_QUOTED_COMMENT;
	return *s == '[' ? kind_of_header(s) : kind_of_key(s);
}

bool xs_quoted_next(struct xs_quoted *q, struct xs_quoted_line *l)
{
	bool inside = false;
	int c;

	if (q->at == q->end)
		return false;
	l->bytes = l->columns = 0;
	l->depth = 0;
	l->first = q->number;
	while ((c = next_character(q, &l->columns)) >= 0) {
		l->depth += !inside && c == '>';
		inside |= c != '>' && c != '\r' && !is_blank((char)c);
		if (inside && l->bytes < XS_QUOTED_ROOM)
			l->text[l->bytes++] = (char)c;
	}
	l->last = q->number - (q->at[-1] == '\n');
	while (l->bytes && (is_blank(l->text[l->bytes - 1]) || l->text[l->bytes - 1] == '\r'))
		l->bytes--;
	l->text[l->bytes] = '\0';
	/* A zero byte, which the parser of cases will name, ends the words here. */
	l->kind = kind_of(l->text);
	return true;
}

bool xs_quoted_is_bare(const struct xs_quoted_line *l)
{
	const char *value = behind_word(l->text);

	if (l->kind != XS_QUOTED_KEY || !is_key_name(l->text, word_bytes(l->text)) || *value != '=')
		return false;
	value += 1 + strspn(value + 1, " \t");
	return *value && !value[strspn(value, VALUE)];
}

/* No value begins with "3D": that is how "=" is written there. */
static bool is_encoded(struct xs_quoted q)
{
	struct xs_quoted_line l;

	while (xs_quoted_next(&q, &l))
		if (l.kind == XS_QUOTED_KEY && !strncmp(behind_word(l.text), "=3D", 3) &&
		    is_key_name(l.text, word_bytes(l.text)))
			return true;
	return false;
}

struct xs_quoted xs_quoted_open(const char *text, size_t bytes)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors start UTF-8 text with it */
	struct xs_quoted q = { .at = text, .end = text + bytes, .number = 1 };

	if (bytes >= 3 && !memcmp(text, mark, 3))
		q.at += 3;
	q.encoded = is_encoded(q);
	return q;
}
