// SPDX-License-Identifier: GPL-2.0-only
/* Puts the program together from the pieces that the case's entries have. */
#include "export/export.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDES 48u
#define LEVELS	 3u

/*
 * What an entry may define. A line of a program that has one of these names, or
 * a number that the case has not got, is left out where no piece defines it.
 */
static const char *const hooks[] = {
	"source_open",	 "source_arm",	    "source_tune",  "source_strange", "source_trap",
	"handler_open",	 "handler_prepare", "handler_act",  "handler_edit",   "handler_point",
	"source_block",	 "handler_refused", "handler_done", "HANDLER_STACK",  "handler_clobber",
	"judge_frame",	 "window_red_zone", "stack_signal", "stack_watch",    "stack_drop",
	"stack_refused", "stack_faults",    "in_use",	    "start_threads",
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where @name is a whole word of a text, or NULL. */
static const char *find_word(const char *text, size_t bytes, const char *name)
{
	const size_t n = strlen(name);
	const char *const end = text + bytes;

	for (const char *at = text; (at = memmem(at, (size_t)(end - at), name, n)); at++)
		if ((at == text || !is_word(at[-1])) && !is_word(at[n]))
			return at;
	return NULL;
}

/* Whether a line begins a function or a macro. */
static bool defines(const char *line, size_t bytes, const char *name)
{
	const char *const at = find_word(line, bytes, name);

	return at && ((xs_starts(line, "#define ") && at == line + strlen("#define ")) ||
		      (xs_starts(line, "static ") && at[strlen(name)] == '('));
}

bool xs_export_has(const struct xs_program *p, const char *name)
{
	size_t bytes;

	for (uint32_t i = 0; i < p->pieces; i++)
		for (const char *line = p->piece[i]->text; *line; line += bytes + 1) {
			bytes = strcspn(line, "\n");
			if (defines(line, bytes, name))
				return true;
		}
	return false;
}

/* Whether the program has no such line: it has a name that nobody defines. */
static bool left_out(const struct xs_program *p, const char *line, size_t bytes)
{
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (find_word(line, bytes, hooks[i]) && !xs_export_has(p, hooks[i]))
			return true;
	for (uint32_t i = 0; i < p->numbers; i++)
		if (find_word(line, bytes, p->number[i].name) && !p->number[i].is &&
		    !xs_export_has(p, p->number[i].name))
			return true;
	return false;
}

static bool is_state(const struct xs_piece *piece)
{
	return piece && xs_starts(piece->file, "state/");
}

/* @last: the line before, changed. */
static void put_piece(FILE *f, const struct xs_program *p, uint32_t i, const char **last)
{
	const struct xs_piece *before = i ? p->piece[i - 1] : NULL, *piece = p->piece[i];
	bool empty = true;
	size_t bytes;

	if (!is_state(piece) && (is_state(before) || !before))
		fputs("}, *const files_end = files + sizeof(files) / sizeof(*files);\n", f);
	if (!strcmp(piece->file, "export/parts/main.c"))
		xs_export_table(f, p);
	if (!strcmp(piece->file, "export/parts/window.c"))
		xs_export_holds(f, p);
	for (const char *line = piece->text; *line; line += bytes + 1) {
		bytes = strcspn(line, "\n");
		if (xs_starts(line, "#include ") || left_out(p, line, bytes))
			continue;
		if (empty && !is_state(piece) &&
		    !(xs_starts(line, "#define ") && xs_starts(*last, "#define ")))
			fputc('\n', f);
		empty = false;
		*last = line;
		fwrite(line, 1, bytes + 1, f);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The system's headers that the pieces include, each once. */
static void put_includes(FILE *f, const struct xs_program *p)
{
	const char *line[INCLUDES] = { NULL };
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->pieces; i++)
		for (const char *at = p->piece[i]->text; *at; at += strcspn(at, "\n") + 1)
			if (xs_starts(at, "#include <") && n < INCLUDES)
				line[n++] = at;
	qsort(line, n, sizeof(line[0]), by_text);
	for (uint32_t i = 0; i < n; i++) {
		const int bytes = (int)strcspn(line[i], "\n") + 1;

		if (!i || strncmp(line[i], line[i - 1], (size_t)bytes) != 0)
			fprintf(f, "%.*s", bytes, line[i]);
	}
}

/* Whether the program uses a number that no piece sets itself. */
static bool is_used(const struct xs_program *p, const struct xs_export_number *n, const char *body)
{
	return n->is && find_word(body, strlen(body), n->name) && !xs_export_has(p, n->name);
}

/* Constants in an enum, expressions as macros. */
static void put_numbers(FILE *f, const struct xs_program *p, const char *body)
{
	const struct xs_export_number *const end = p->number + p->numbers;
	size_t column = 0;

	for (const struct xs_export_number *n = p->number; n < end; n++) {
		const size_t bytes = strlen(n->name) + strlen(n->text) + strlen(",  = ");

		if (!n->text[0] || n->text[0] == '(' || !is_used(p, n, body))
			continue;
		if (!column)
			column = (size_t)fprintf(f, "enum { %s = %s", n->name, n->text);
		else if (column + bytes + strlen(" };") <= XS_EXPORT_COLUMNS)
			column += (size_t)fprintf(f, ", %s = %s", n->name, n->text);
		else
			column = 6 + (size_t)fprintf(f, ",\n\t%s = %s", n->name, n->text);
	}
	fputs(" };\n", f);
	for (const struct xs_export_number *n = p->number; n < end; n++)
		if (n->text[0] == '(' && is_used(p, n, body))
			fprintf(f, "#define %s %s\n", n->name, n->text);
}

/* Whether the stream's text is whole; else it is freed. */
static bool finish(char **text, FILE *f)
{
	const bool bad = ferror(f);

	if (!fclose(f) && !bad)
		return true;
	free(*text);
	*text = NULL;
	return false;
}

/* Return: the program, or NULL without memory. */
static char *write_text(const struct xs_program *p)
{
	char *body = NULL, *text = NULL;
	const char *last = "";
	size_t bytes;
	FILE *f = open_memstream(&body, &bytes);

	if (!f)
		return NULL;
	for (uint32_t i = 0; i < p->pieces; i++)
		put_piece(f, p, i, &last);
	if (!finish(&body, f))
		return NULL;
	f = open_memstream(&text, &bytes);
	if (f) {
		xs_export_head(f, p);
		put_includes(f, p);
		fputs("\n#pragma GCC target(\"general-regs-only\") /* no vectors; clang, gcc < 11: "
		      "-mgeneral-regs-only */\n\n",
		      f);
		put_numbers(f, p, body);
		fputs("\n/* Registers as words of an XSAVE area; a task chooses the bits .own. */\n"
		      "static struct file { const char *name; int component, at, words, step, "
		      "lanes; "
		      "uint64_t init, own; }\nfiles[] = {\n",
		      f);
		fputs(body, f);
		finish(&text, f);
	}
	free(body);
	return text;
}

static uint32_t count_lines(const char *text)
{
	uint32_t lines = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		lines++;
	}
	return lines;
}

/* At a level of what is left out: the number of lines, 0 without memory, or -EOPNOTSUPP. */
static int export_at(const struct xs_case *c, uint32_t level, char **text, char *why)
{
	struct xs_program p = { .c = c, .level = level };
	const int rc = xs_export_choose(&p, why);

	if (rc)
		return rc;
	xs_export_numbers(&p);
	*text = write_text(&p);
	return *text ? (int)count_lines(*text) : 0;
}

int xs_export(const struct xs_case *c, char **text, char why[XS_WHY_BYTES])
{
	int lines = 1;

	*text = NULL;
	for (uint32_t level = 0; lines > 0 && level < LEVELS; level++) {
		lines = export_at(c, level, text, why);
		if (lines > 0 && lines <= XS_EXPORT_LINES)
			return 0;
		free(*text);
		*text = NULL;
	}
	if (lines < 0)
		return lines;
	if (!lines) {
		snprintf(why, XS_WHY_BYTES, "no memory for the program");
		return -ENOMEM;
	}
	snprintf(why, XS_WHY_BYTES,
		 "the program would have %d lines, and nobody reads more than %d: xsavage minimize "
		 "first",
		 lines, XS_EXPORT_LINES);
	return -EOPNOTSUPP;
}
