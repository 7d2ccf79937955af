// SPDX-License-Identifier: GPL-2.0-only
/* From text to a case: inih splits the lines, this file keeps it strict and counts them. */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/mail.h"
#include "case/schema.h"

#define NO_SECTION (-1)

/*
 * inih by itself says no line numbers, drops the rest of a long line, joins an
 * indented line to the one above, merges sections of one name and ignores text
 * after a header. So its reader below hands it one checked line at a time,
 * without indentation, looks at headers itself, and stops at the first error.
 */
struct parser {
	struct xs_case c;
	const char *at, *end; /* text not read yet */
	const char *file;
	struct xs_str why;
	unsigned int line;
	bool failed;
	bool wants_key;	   /* the last line read is neither blank nor comment nor header */
	int section;	   /* enum xs_section, or NO_SECTION before the first */
	unsigned int slot; /* of key_line[]: 0, or 1 + the index of the pressure */
	unsigned int section_line[XS_SECTION_PRESSURE];
	unsigned int pressure_line[XS_CASE_PRESSURES];
	unsigned int key_line[1 + XS_CASE_PRESSURES][XS_KEYS]; /* 0: not in the text */
};

/* Fail at a line: false. The caller appends the reason to p->why. */
static bool fail_at(struct parser *p, unsigned int line)
{
	p->failed = true;
	xs_str_file(&p->why, p->file);
	xs_str_add(&p->why, ":%u: ", line);
	return false;
}

/* Fail at the line last read. */
#define fail(p, ...) (fail_at(p, (p)->line), xs_str_add(&(p)->why, __VA_ARGS__), false)

static void *base_of(struct parser *p, unsigned int slot)
{
	return slot ? (void *)&p->c.pressure[slot - 1] : &p->c;
}

static bool unknown_section(struct parser *p, const char *name)
{
	const char *separator = "; sections: ";

	fail_at(p, p->line);
	xs_str_put(&p->why, "unknown section ");
	xs_str_quote(&p->why, name);
	for (unsigned int i = 0; i < XS_SECTIONS; i++)
		xs_str_item(&p->why, &separator, xs_section_names[i]);
	xs_str_put(&p->why, " KIND");
	return false;
}

static bool unknown_pressure(struct parser *p, const char *kind)
{
	const char *separator = "; kinds: ";

	fail_at(p, p->line);
	xs_str_put(&p->why, "unknown pressure ");
	xs_str_quote(&p->why, kind);
	for (unsigned int i = 0; i < xs_axes[XS_AXIS_PRESSURE].rows; i++)
		xs_str_item(&p->why, &separator, xs_name(XS_AXIS_PRESSURE, i));
	return false;
}

static bool open_pressure(struct parser *p, const char *kind)
{
	int row = xs_row(XS_AXIS_PRESSURE, kind);
	unsigned int i;

	if (row < 0)
		return unknown_pressure(p, kind);
	for (i = 0; i < p->c.pressures; i++)
		if (p->c.pressure[i].kind == row)
			return fail(p,
				    "[pressure %s] again, after line %u; put all its keys into one",
				    kind, p->pressure_line[i]);
	if (i == XS_CASE_PRESSURES)
		return fail(p, "more than %u pressures; take one out", XS_CASE_PRESSURES);
	xs_case_pressure_default(&p->c.pressure[i], (unsigned int)row);
	p->pressure_line[i] = p->line;
	p->c.pressures++;
	p->section = XS_SECTION_PRESSURE;
	p->slot = 1 + i;
	return true;
}

static bool open_section(struct parser *p, const char *name)
{
	static const char pressure[] = "pressure";
	size_t n = sizeof(pressure) - 1;
	unsigned int i;

	if (!strncmp(name, pressure, n) && strchr(" \t", name[n])) {
		name += n;
		return open_pressure(p, name + strspn(name, " \t"));
	}
	for (i = 0; i < XS_SECTION_PRESSURE; i++)
		if (!strcmp(name, xs_section_names[i]))
			break;
	if (i == XS_SECTION_PRESSURE)
		return unknown_section(p, name);
	if (p->section_line[i])
		return fail(p, "[%s] again, after line %u; put all its keys into one", name,
			    p->section_line[i]);
	p->section_line[i] = p->line;
	p->section = (int)i;
	p->slot = 0;
	return true;
}

static bool take_header(struct parser *p, const char *line)
{
	char name[XS_CASE_LINE_MAX + 1];
	const char *close = strchr(line, ']'), *rest;

	if (!close)
		return fail(p, "section header without ']'");
	rest = close + 1 + strspn(close + 1, " \t");
	if (*rest && (*rest != ';' || rest == close + 1))
		return fail(p, "text after the section header; put it on a line of its own");
	snprintf(name, sizeof(name), "%.*s", (int)(close - line - 1), line + 1);
	return open_section(p, name);
}

static bool unknown_key(struct parser *p, const char *name)
{
	const char *separator = " but of";

	fail_at(p, p->line);
	xs_str_quote(&p->why, name);
	xs_str_add(&p->why, " is not a key of [%s]", xs_section_names[p->section]);
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		if (strcmp(xs_keys[i].name, name) != 0)
			continue;
		xs_str_add(&p->why, "%s [%s]", separator, xs_section_names[xs_keys[i].section]);
		separator = ",";
	}
	separator = "; keys: ";
	for (unsigned int i = 0; i < XS_KEYS; i++)
		if ((int)xs_keys[i].section == p->section)
			xs_str_item(&p->why, &separator, xs_keys[i].name);
	return false;
}

/* inih's callback. Its own idea of the section is cut off at 49 bytes: not used. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	char text[2 * XS_WHY_BYTES]; /* cut where p->why ends, not before */
	struct xs_str reason = xs_str_open(text, sizeof(text));
	const struct xs_key *key;
	unsigned int *line;

	(void)section;
	p->wants_key = false;
	if (p->section == NO_SECTION)
		return fail(p, "key before the first section; start with [case]");
	key = xs_key_find((enum xs_section)p->section, name);
	if (!key)
		return unknown_key(p, name);
	line = &p->key_line[p->slot][key - xs_keys];
	if (*line)
		return fail(p, "%s again, after line %u; leave one", name, *line);
	*line = p->line;
	return !xs_value_read(key, base_of(p, p->slot), value, &reason) || fail(p, "%s", text);
}

/* Length of the character at @s, 0 where there is none. */
static size_t character(const unsigned char *s, size_t bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t n, i;

	if (s[0] < 0x80)
		return (s[0] >= ' ' && s[0] != 0x7f) || s[0] == '\t';
	n = s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;
	if (!n || n > bytes)
		return 0;
	code = s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return code < 0xa0 ? 0 : n; /* U+0080 to U+009F are controls */
}

/*
 * How many of the first @bytes of @s are text: UTF-8 (Unicode 15.0, table 3-7: no overlong form,
 * no surrogate, nothing above U+10FFFF) without control characters other than the tab.
 */
static size_t text_bytes(const char *s, size_t bytes)
{
	size_t i = 0, n = 1;

	for (; i < bytes && n; i += n)
		n = character((const unsigned char *)s + i, bytes - i);
	return i;
}

/* Cut the next line off the text: its bytes without the newline. */
static const char *next_line(struct parser *p, size_t *bytes)
{
	const char *line = p->at;
	const char *newline = memchr(line, '\n', (size_t)(p->end - line));

	p->line++;
	p->at = newline ? newline + 1 : p->end;
	*bytes = (size_t)((newline ? newline : p->end) - line);
	if (newline && *bytes && line[*bytes - 1] == '\r')
		(*bytes)--;
	return line;
}

/* The next line, without indentation and newline: whether there is one, and it is good. */
static bool take_line(struct parser *p, char *out, size_t room)
{
	const char *line;
	size_t bytes, bad;

	if (p->wants_key)
		return fail(p,
			    "neither key = value nor [section]; a comment starts with '#' or ';'");
	if (p->at == p->end)
		return false;
	line = next_line(p, &bytes);
	if (bytes > XS_CASE_LINE_MAX || bytes + 2 > room)
		return fail(p, "line of %zu bytes, at most %u", bytes, XS_CASE_LINE_MAX);
	bad = text_bytes(line, bytes);
	if (bad < bytes)
		return fail(p, "byte 0x%02x in column %zu is no text; save the file as plain UTF-8",
			    (unsigned char)line[bad], bad + 1);
	for (; bytes && (*line == ' ' || *line == '\t'); bytes--)
		line++;
	memcpy(out, line, bytes);
	out[bytes] = '\0';
	p->wants_key = *out && !strchr("[;#", *out);
	return *out != '[' || take_header(p, out);
}

/* inih's reader: fgets() of @room bytes. */
static char *read_line(char *out, int room, void *stream)
{
	struct parser *p = stream;

	if (p->failed || !take_line(p, out, (size_t)room))
		return NULL;
	return strcat(out, "\n");
}

/* What only the whole text tells; each error at the line of its key. */
static bool check_whole(struct parser *p)
{
	char text[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(text, sizeof(text));
	const struct xs_key *wrong;

	if (!p->section_line[XS_SECTION_CASE]) {
		fail_at(p, p->line ? p->line : 1);
		xs_str_put(&p->why, "no [case] section; the shortest case is that line alone");
		return false;
	}
	for (unsigned int slot = 0; slot <= p->c.pressures; slot++)
		for (unsigned int i = 0; i < XS_KEYS; i++) {
			const unsigned int line = p->key_line[slot][i];

			if (!line || xs_key_applies(&xs_keys[i], base_of(p, slot)))
				continue;
			fail_at(p, line);
			xs_key_refuse(&xs_keys[i], base_of(p, slot), &p->why);
			return false;
		}
	wrong = xs_missing_check(&p->c, &reason);
	if (!wrong)
		return true;
	fail_at(p, p->key_line[0][wrong - xs_keys]);
	xs_key_title(&p->why, wrong, &p->c);
	xs_str_put(&p->why, text);
	return false;
}

static int by_kind(const void *a, const void *b)
{
	const struct xs_case_pressure *p = a, *q = b;

	return p->kind - q->kind;
}

int xs_case_parse(struct xs_case *c, const char *text, size_t bytes, const char *file,
		  char why[XS_WHY_BYTES])
{
	return xs_case_parse_from(c, text, bytes, file, 1, why);
}

int xs_case_parse_from(struct xs_case *c, const char *text, size_t bytes, const char *file,
		       uint32_t first_line, char why[XS_WHY_BYTES])
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors start UTF-8 text with it */
	struct parser p = {
		.at = text,
		.end = text + bytes,
		.file = file,
		.why = xs_str_open(why, XS_WHY_BYTES),
		.section = NO_SECTION,
		.line = first_line - 1,
	};

	xs_case_default(&p.c);
	if (bytes > XS_CASE_TEXT_MAX) {
		fail_at(&p, first_line);
		xs_str_add(&p.why, "more than %u bytes; this is no case", XS_CASE_TEXT_MAX);
		return -EINVAL;
	}
	if (bytes >= 3 && !memcmp(text, mark, 3))
		p.at += 3;
	/* The reader says what is wrong and where: inih's own result adds nothing. */
	(void)ini_parse_stream(read_line, &p, take_key, &p);
	if (p.failed || !check_whole(&p))
		return -EINVAL;
	qsort(p.c.pressure, p.c.pressures, sizeof(p.c.pressure[0]), by_kind);
	memcpy(c, &p.c, sizeof(*c));
	return 0;
}
