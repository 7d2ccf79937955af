// SPDX-License-Identifier: GPL-2.0-only
/* Finds the case in a mail. What it has found is read by the parser of cases, strictly as ever. */
#include "case/mail.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "case/quoted.h"
#include "case/str.h"

/* Nobody breaks a line that was shorter than this with the word that now begins the next one. */
#define WRAP_LEAST 60u

struct mail {
	const char *file;
	struct xs_str why;

	/* The case that is being read, each line at its place: */
	bool open, has_case;
	char text[XS_CASE_TEXT_MAX + 1]; /* full: it is too long */
	size_t used;
	uint32_t line; /* the number of the next line there */
	uint32_t depth;
	struct xs_quoted_line above; /* the line above, of which what goes on is a part */
	struct xs_excerpt here;

	/* The first one, where .from.times: */
	struct xs_case c;
	struct xs_excerpt from;
	uint32_t of_depth;

	/* The line, quoted least often, that looks like a part of a case, outside of any; or 0. */
	uint32_t apart, apart_depth;
};

static void put(struct mail *m, const char *text, size_t bytes)
{
	const size_t room = sizeof(m->text) - m->used;

	if (bytes > room)
		bytes = room;
	memcpy(m->text + m->used, text, bytes);
	m->used += bytes;
}

/* A line of the case, at the number that it has in the mail. */
static void put_line(struct mail *m, const struct xs_quoted_line *l)
{
	for (; m->line < l->first; m->line++)
		put(m, "\n", 1);
	put(m, l->text, l->bytes);
	m->here.last = l->last;
}

static bool has_remark(const struct xs_quoted_line *l)
{
	return l->kind == XS_QUOTED_COMMENT || strstr(l->text, " ;") || strstr(l->text, "\t;");
}

/* Whether a line wants more, or may have more behind it. */
static bool is_cut(const struct xs_quoted_line *l)
{
	const char last = l->text[l->bytes ? l->bytes - 1 : 0];

	return l->kind == XS_QUOTED_BEGUN || last == '=' || last == ',' || has_remark(l);
}

/* Whether it stands where a line that was too long goes on. */
static bool goes_on(const struct mail *m, const struct xs_quoted_line *l)
{
	const struct xs_quoted_line *above = &m->above;

	if (above->kind == XS_QUOTED_BLANK || l->depth > m->depth)
		return false;
	if (l->kind != XS_QUOTED_OTHER && !(l->kind == XS_QUOTED_BEGUN && is_cut(above)))
		return false;
	if (above->columns + 1 + strcspn(l->text, " \t") <= WRAP_LEAST)
		return false;
	return is_cut(above) || (l->depth == m->depth && !strpbrk(l->text, " \t"));
}

/* Put it behind the line above; a remark is not copied. */
static void join(struct mail *m, const struct xs_quoted_line *l)
{
	struct xs_quoted_line *above = &m->above;

	above->columns = l->columns;
	if (above->kind != XS_QUOTED_COMMENT)
		m->here.last = l->last;
	if (has_remark(above))
		return;
	if (is_cut(above))
		put(m, " ", 1);
	put(m, l->text, l->bytes);
	above->kind = XS_QUOTED_KEY;
	memcpy(above->text, l->text, sizeof(above->text));
	above->bytes = l->bytes;
}

static int fail(struct mail *m, uint32_t line)
{
	xs_str_file(&m->why, m->file);
	xs_str_add(&m->why, ":%u: ", line);
	return -EINVAL;
}

/* A part of a case, outside of any. */
static void stands_apart(struct mail *m, uint32_t line, uint32_t depth)
{
	if (m->apart && m->apart_depth <= depth)
		return;
	m->apart = line;
	m->apart_depth = depth;
}

/* The first case, or the same again; or else an error. */
static int keep(struct mail *m, const struct xs_case *c)
{
	if (!m->from.times) {
		memcpy(&m->c, c, sizeof(m->c));
		m->from = m->here;
		m->of_depth = m->depth;
	}
	m->from.times++;
	if (!memcmp(c, &m->c, sizeof(m->c)))
		return 0;
	fail(m, m->here.first);
	xs_str_add(&m->why,
		   "another case, beside that of lines %u to %u; give one of them alone: "
		   "sed -n %u,%up FILE | xsavage replay -",
		   m->from.first, m->from.last, m->here.first, m->here.last);
	return -EINVAL;
}

/* The end of what may be a case. */
static int end(struct mail *m)
{
	struct xs_case c;

	if (!m->open)
		return 0;
	m->open = false;
	if (!m->has_case) {
		stands_apart(m, m->here.first, m->depth);
		return 0;
	}
	if (xs_case_parse_from(&c, m->text, m->used, m->file, m->here.first, m->why.text))
		return -EINVAL;
	return keep(m, &c);
}

static void begin(struct mail *m, const struct xs_quoted_line *l)
{
	m->open = true;
	m->has_case = false;
	m->used = 0;
	m->line = l->first;
	m->depth = l->depth;
	m->here = (struct xs_excerpt){ .first = l->first };
}

/* Whether a line is the case's, or has to be an error in it. */
static bool is_inside(const struct mail *m, const struct xs_quoted_line *l)
{
	return l->depth == m->depth && l->kind != XS_QUOTED_FENCE &&
	       (l->kind != XS_QUOTED_OTHER || m->above.kind != XS_QUOTED_BLANK);
}

static int take_line(struct mail *m, const struct xs_quoted_line *l)
{
	if (m->open && l->kind == XS_QUOTED_BLANK) {
		m->above.kind = XS_QUOTED_BLANK;
		return 0;
	}
	if (m->open && goes_on(m, l)) {
		join(m, l);
		return 0;
	}
	if (m->open && !is_inside(m, l) && end(m))
		return -EINVAL;
	if (!m->open && l->kind == XS_QUOTED_HEADER)
		begin(m, l);
	if (!m->open) {
		if (m->from.times && xs_quoted_is_bare(l))
			stands_apart(m, l->first, l->depth);
		return 0;
	}
	if (l->kind != XS_QUOTED_COMMENT)
		put_line(m, l);
	m->has_case |= l->kind == XS_QUOTED_HEADER && !strncmp(l->text, "[case]", 6);
	m->above = *l;
	return 0;
}

/* What is wrong with the whole, if anything. Who quotes only a part of a case quotes it deeper. */
static int conclude(struct mail *m)
{
	if (m->from.times && (!m->apart || m->apart_depth > m->of_depth))
		return 0;
	fail(m, m->apart ? m->apart : 1);
	if (m->from.times)
		xs_str_add(&m->why,
			   "this seems to belong to the case in lines %u to %u; take out what "
			   "stands between, or this",
			   m->from.first, m->from.last);
	else if (m->apart)
		xs_str_put(&m->why, "a part of a case, without [case]; put that line in front");
	else
		xs_str_put(&m->why, "no case is in it: one begins with a line [case], quoted or "
				    "not; save the mail as plain text");
	return -EINVAL;
}

/* A text that begins as a case does is to be one: "[Case]", say, but not "[PATCH] x86/fpu". */
static bool begins_as_case(struct xs_quoted q)
{
	struct xs_quoted_line l;

	do {
		if (!xs_quoted_next(&q, &l))
			return true;
	} while (l.kind == XS_QUOTED_BLANK || l.kind == XS_QUOTED_COMMENT);
	return !l.depth &&
	       (l.kind == XS_QUOTED_HEADER || l.kind == XS_QUOTED_KEY ||
		l.kind == XS_QUOTED_BEGUN || (*l.text == '[' && l.text[l.bytes - 1] == ']'));
}

static int find(struct mail *m, struct xs_quoted q)
{
	struct xs_quoted_line l;

	while (xs_quoted_next(&q, &l))
		if (take_line(m, &l))
			return -EINVAL;
	return end(m) ? -EINVAL : conclude(m);
}

int xs_case_take(struct xs_case *c, const char *text, size_t bytes, const char *file,
		 struct xs_excerpt *from, char why[XS_WHY_BYTES])
{
	struct mail m = { .file = file };
	struct xs_quoted q;

	if (!xs_case_parse(c, text, bytes, file, why)) {
		*from = (struct xs_excerpt){ .times = 1 };
		return 0;
	}
	q = xs_quoted_open(text, bytes < XS_MAIL_TEXT_MAX ? bytes : XS_MAIL_TEXT_MAX);
	if (begins_as_case(q))
		return -EINVAL;
	m.why = xs_str_open(why, XS_WHY_BYTES);
	if (bytes > XS_MAIL_TEXT_MAX) {
		fail(&m, 1);
		xs_str_add(&m.why, "more than %u bytes; cut the case out of it", XS_MAIL_TEXT_MAX);
		return -EINVAL;
	}
	if (find(&m, q))
		return -EINVAL;
	memcpy(c, &m.c, sizeof(*c));
	*from = m.from;
	return 0;
}
