// SPDX-License-Identifier: GPL-2.0-only
/* From text to a case: inih splits the lines, this file keeps it strict and counts them. */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "case/schema.h"
#include "case/utf8.h"

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

/* Fail at a line; the caller appends the reason to p->why. */
static void fail_at(struct parser *p, unsigned int line)
{
	p->failed = true;
	xs_str_file(&p->why, p->file);
	xs_str_add(&p->why, ":%u: ", line);
}

/* Fail at the line last read. */
#define fail(p, ...) (fail_at(p, (p)->line), xs_str_add(&(p)->why, __VA_ARGS__))

static void *base_of(struct parser *p, unsigned int slot)
{
	return slot ? (void *)&p->c.pressure[slot - 1] : &p->c;
}

static void fail_key(struct parser *p, unsigned int slot, const struct xs_key *key,
		     const char *reason)
{
	fail_at(p, p->key_line[slot][key - xs_keys]);
	xs_key_title(&p->why, key, base_of(p, slot));
	xs_str_put(&p->why, reason);
}

static void unknown_section(struct parser *p, const char *name)
{
	const char *separator = "; sections:";
	unsigned int i;

	fail(p, "unknown section ");
	xs_str_quote(&p->why, name);
	for (i = 0; i < XS_SECTIONS; i++) {
		xs_str_add(&p->why, "%s %s", separator, xs_section_names[i]);
		separator = ",";
	}
	xs_str_put(&p->why, " KIND");
}

static void open_pressure(struct parser *p, const char *kind)
{
	const char *separator = "; kinds:";
	const int found = xs_row(XS_AXIS_PRESSURE, kind);
	const unsigned int row = (unsigned int)found;
	unsigned int i;

	if (found < 0) {
		fail(p, "unknown pressure ");
		xs_str_quote(&p->why, kind);
		for (i = 0; i < xs_axes[XS_AXIS_PRESSURE].rows; i++) {
			xs_str_add(&p->why, "%s %s", separator, xs_name(XS_AXIS_PRESSURE, i));
			separator = ",";
		}
		return;
	}
	for (i = 0; i < p->c.pressures; i++) {
		if (p->c.pressure[i].kind != row)
			continue;
		fail(p, "[pressure %s] again, after line %u; put all its keys into one",
		     xs_name(XS_AXIS_PRESSURE, row), p->pressure_line[i]);
		return;
	}
	if (i == XS_CASE_PRESSURES) {
		fail(p, "more than %u pressures; take one out", XS_CASE_PRESSURES);
		return;
	}
	xs_case_pressure_default(&p->c.pressure[i], row);
	p->pressure_line[i] = p->line;
	p->c.pressures++;
	p->section = XS_SECTION_PRESSURE;
	p->slot = 1 + i;
}

static void open_section(struct parser *p, const char *name)
{
	static const char pressure[] = "pressure";
	size_t n = sizeof(pressure) - 1;
	unsigned int i;

	if (!strncmp(name, pressure, n) && strchr(" \t", name[n])) {
		name += n;
		open_pressure(p, name + strspn(name, " \t"));
		return;
	}
	for (i = 0; i < XS_SECTION_PRESSURE; i++)
		if (!strcmp(name, xs_section_names[i]))
			break;
	if (i == XS_SECTION_PRESSURE) {
		unknown_section(p, name);
	} else if (p->section_line[i]) {
		fail(p, "[%s] again, after line %u; put all its keys into one", name,
		     p->section_line[i]);
	} else {
		p->section_line[i] = p->line;
		p->section = (int)i;
		p->slot = 0;
	}
}

static void take_header(struct parser *p, const char *line)
{
	char name[XS_CASE_LINE_MAX + 1];
	const char *close = strchr(line, ']');
	const char *rest;

	if (!close) {
		fail(p, "section header without ']'");
		return;
	}
	rest = close + 1 + strspn(close + 1, " \t");
	if (*rest && (*rest != ';' || rest == close + 1)) {
		fail(p, "text after the section header; put it on a line of its own");
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(close - line - 1), line + 1);
	open_section(p, name);
}

static void unknown_key(struct parser *p, const char *name)
{
	const char *separator = " is not a key of [";
	unsigned int i;

	fail_at(p, p->line);
	xs_str_quote(&p->why, name);
	xs_str_add(&p->why, "%s%s]", separator, xs_section_names[p->section]);
	separator = " but of";
	for (i = 0; i < XS_KEYS; i++) {
		if (strcmp(xs_keys[i].name, name) != 0)
			continue;
		xs_str_add(&p->why, "%s [%s]", separator, xs_section_names[xs_keys[i].section]);
		separator = ",";
	}
	separator = "; keys:";
	for (i = 0; i < XS_KEYS; i++) {
		if ((int)xs_keys[i].section != p->section)
			continue;
		xs_str_add(&p->why, "%s %s", separator, xs_keys[i].name);
		separator = ",";
	}
}

/* inih's callback. Its own idea of the section is cut off at 49 bytes: not used. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	char text[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(text, sizeof(text));
	const struct xs_key *key;
	unsigned int *line;

	(void)section;
	p->wants_key = false;
	if (p->section == NO_SECTION) {
		fail(p, "key before the first section; start with [case]");
		return 0;
	}
	key = xs_key_find((enum xs_section)p->section, name);
	if (!key) {
		unknown_key(p, name);
		return 0;
	}
	line = &p->key_line[p->slot][key - xs_keys];
	if (*line) {
		fail(p, "%s again, after line %u; leave one", name, *line);
		return 0;
	}
	*line = p->line;
	if (xs_value_read(key, base_of(p, p->slot), value, &reason)) {
		fail_key(p, p->slot, key, text);
		return 0;
	}
	return 1;
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

/* inih's reader: fgets() of @room bytes. */
static char *read_line(char *out, int room, void *stream)
{
	struct parser *p = stream;
	const char *line;
	size_t bytes, bad;

	if (p->wants_key && !p->failed)
		fail(p, "neither key = value nor [section]; a comment starts with '#' or ';'");
	if (p->failed || p->at == p->end)
		return NULL;
	line = next_line(p, &bytes);
	if (bytes > XS_CASE_LINE_MAX || bytes + 2 > (size_t)room) {
		fail(p, "line of %zu bytes, at most %u", bytes, XS_CASE_LINE_MAX);
		return NULL;
	}
	bad = xs_utf8_text(line, bytes);
	if (bad < bytes) {
		fail(p, "byte 0x%02x in column %zu is no text; save the file as plain UTF-8",
		     (unsigned char)line[bad], bad + 1);
		return NULL;
	}
	while (bytes && (*line == ' ' || *line == '\t')) {
		line++;
		bytes--;
	}
	memcpy(out, line, bytes);
	memcpy(out + bytes, "", 1);
	if (*out == '[')
		take_header(p, out);
	p->wants_key = *out && !strchr("[;#", *out);
	memcpy(out + bytes, "\n", 2);
	return p->failed ? NULL : out;
}

/* What only the whole text tells; each error at the line of its key. */
static void check_whole(struct parser *p)
{
	char text[XS_WHY_BYTES];
	struct xs_str reason = xs_str_open(text, sizeof(text));
	const struct xs_key *wrong;
	unsigned int slot, i;

	if (!p->section_line[XS_SECTION_CASE]) {
		fail_at(p, p->line ? p->line : 1);
		xs_str_put(&p->why, "no [case] section; the shortest case is that line alone");
		return;
	}
	for (slot = 0; slot <= p->c.pressures; slot++) {
		for (i = 0; i < XS_KEYS; i++) {
			if (!p->key_line[slot][i] || xs_key_applies(&xs_keys[i], base_of(p, slot)))
				continue;
			xs_key_refuse(&xs_keys[i], base_of(p, slot), &reason);
			fail_key(p, slot, &xs_keys[i], text);
			return;
		}
	}
	wrong = xs_missing_check(&p->c, &reason);
	if (wrong)
		fail_key(p, 0, wrong, text);
}

static void sort_pressures(struct xs_case *c)
{
	struct xs_case_pressure p;
	unsigned int i, k;

	for (i = 1; i < c->pressures; i++) {
		/* memcpy(): an assignment need not copy padding. */
		for (k = i; k && c->pressure[k].kind < c->pressure[k - 1].kind; k--) {
			memcpy(&p, &c->pressure[k], sizeof(p));
			memcpy(&c->pressure[k], &c->pressure[k - 1], sizeof(p));
			memcpy(&c->pressure[k - 1], &p, sizeof(p));
		}
	}
}

int xs_case_parse(struct xs_case *c, const char *text, size_t bytes, const char *file,
		  char why[XS_WHY_BYTES])
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors start UTF-8 text with it */
	struct parser p = {
		.at = text,
		.end = text + bytes,
		.file = file,
		.why = xs_str_open(why, XS_WHY_BYTES),
		.section = NO_SECTION,
	};

	xs_case_default(&p.c);
	if (bytes > XS_CASE_TEXT_MAX) {
		fail_at(&p, 1);
		xs_str_add(&p.why, "more than %u bytes; this is no case", XS_CASE_TEXT_MAX);
		return -EINVAL;
	}
	if (bytes >= 3 && !memcmp(text, mark, 3))
		p.at += 3;
	/* The reader says what is wrong and where: inih's own result adds nothing. */
	(void)ini_parse_stream(read_line, &p, take_key, &p);
	if (!p.failed)
		check_whole(&p);
	if (p.failed)
		return -EINVAL;
	sort_pressures(&p.c);
	memcpy(c, &p.c, sizeof(*c));
	return 0;
}
