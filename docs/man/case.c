// SPDX-License-Identifier: GPL-2.0-only
/*
 * xs-case-page: the manual page of the case format, but for its title line. Sections, keys, values,
 * defaults and entries are those of the program's tables; what a key means, and how a line is read,
 * docs/case-format.md says. A key that it does not explain is an error.
 * Usage: xs-case-page docs/case-format.md
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/schema.h"

static char doc[1 << 16];

static void die(const char *what, const char *which)
{
	fprintf(stderr, "xs-case-page: %s: %s\n", what, which);
	exit(1);
}

/* Markdown, of one line or a part of it, as roff: `code` is bold. */
static void put(const char *text, size_t bytes)
{
	bool code = false;

	if (bytes && strchr(".'", *text))
		fputs("\\&", stdout);
	for (size_t i = 0; i < bytes; i++)
		if (text[i] == '`')
			fputs((code = !code) ? "\\fB" : "\\fP", stdout);
		else if (text[i] == '-')
			fputs("\\-", stdout);
		else if (text[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(text[i]);
}

static void put_line(const char *text)
{
	put(text, strlen(text));
	putchar('\n');
}

/* What is under a heading. */
static const char *under(const char *heading)
{
	const char *at = strstr(doc, heading);

	if (!at)
		die("docs/case-format.md has no heading", heading);
	return at + strlen(heading);
}

static const char *next_line(const char *line)
{
	return strchrnul(line, '\n') + (*strchrnul(line, '\n') != '\0');
}

/* The cell that begins at @cell, without blanks around; Return: where the next one begins. */
static const char *cell_end(const char **cell, size_t *bytes)
{
	const char *end = *cell + strcspn(*cell, "|\n");

	*cell += strspn(*cell, " ");
	*bytes = (size_t)(end - *cell);
	while (*bytes && (*cell)[*bytes - 1] == ' ')
		--*bytes;
	return end + 1;
}

/* Cell number @n of the row that begins with @name, in the table under @heading. */
static const char *cell_of(const char *heading, const char *name, unsigned int n, size_t *bytes)
{
	char row[64];
	const char *line = under(heading), *cell;

	snprintf(row, sizeof(row), "| `%s` |", name);
	while (strncmp(line, row, strlen(row)) != 0) {
		line = next_line(line);
		if (!*line || *line == '#')
			die(heading, row);
	}
	cell = line + 1;
	while (n--)
		cell = cell_end(&cell, bytes);
	cell_end(&cell, bytes);
	return cell;
}

/* Text, lists and examples; of a table its rows. Up to the next heading. */
static void print_text(const char *heading)
{
	bool code = false, first = true;

	for (const char *line = under(heading); *line && (code || *line != '#');
	     line = next_line(line)) {
		const char *cell;
		size_t bytes;

		if (!strncmp(line, "```", 3)) {
			puts((code = !code) ? ".PP\n.nf" : ".fi");
			continue;
		} else if (!strncmp(line, "| `", 3)) {
			puts(".TP");
			cell = line + 1;
			line = cell_end(&cell, &bytes);
			put(cell, bytes);
			putchar('\n');
			cell_end(&line, &bytes);
			put(line, bytes);
			putchar('\n');
			continue;
		} else if (!code && (*line == '|' || *line == '\n')) {
			continue;
		} else if (!strncmp(line, "- ", 2)) {
			puts(".IP \\(bu 2");
			line += 2;
		} else if (!first && !code && line[-2] == '\n') {
			puts(".PP");
		}
		first = false;
		line += strspn(line, " ");
		put(line, strcspn(line, "\n"));
		putchar('\n');
	}
}

static void print_values(const struct xs_key *key, const char *heading)
{
	const char *cell, *separator = "";
	size_t bytes;

	switch (key->form) {
	case XS_FORM_NUMBER:
		printf("%u to %u", key->min, key->max);
		break;
	case XS_FORM_CHOICE:
		for (unsigned int i = 0; key->names[i]; i++, separator = ", ") {
			fputs(separator, stdout);
			put(key->names[i], strlen(key->names[i]));
		}
		break;
	case XS_FORM_ROW:
		printf("one of the %s, below", xs_axes[key->axis].title);
		break;
	default:
		cell = cell_of(heading, key->name, 1, &bytes);
		put(cell, bytes);
	}
}

/* The entries beside which the key means something. */
static void print_gate(const struct xs_key *key)
{
	const char *separator = "Only with: ";

	for (unsigned int i = 0; i < xs_axes[key->gate].rows; i++)
		if (xs_flags(key->gate, i) & key->gate_flag) {
			fputs(separator, stdout);
			put(xs_name(key->gate, i), strlen(xs_name(key->gate, i)));
			separator = ", ";
		}
	puts("\n.br");
}

static void print_key(const struct xs_key *key, const char *heading)
{
	char text[XS_WHY_BYTES];
	struct xs_str value = xs_str_open(text, sizeof(text));
	struct xs_case c;
	struct xs_case_pressure p;
	const char *cell, *only;
	size_t bytes;

	xs_case_default(&c);
	xs_case_pressure_default(&p, 0);
	xs_value_print(key, key->section == XS_SECTION_PRESSURE ? (void *)&p : &c, &value);
	printf(".TP\n\\fB%s\\fP = ", key->name);
	print_values(key, heading);
	cell = cell_of(heading, key->name, 3, &bytes);
	only = key->part ? memmem(cell, bytes, ". Only ", 7) : NULL;
	putchar('\n');
	put(cell, only ? (size_t)(only - cell) : bytes);
	puts("\n.br");
	if (key->part)
		print_gate(key);
	fputs("Default: ", stdout);
	put_line(text);
}

static void print_section(enum xs_section section)
{
	const bool pressure = section == XS_SECTION_PRESSURE;
	char heading[64];

	snprintf(heading, sizeof(heading), "### [%s%s]\n", xs_section_names[section],
		 pressure ? " KIND" : "");
	printf(".SS \"%.*s\"\n", (int)strlen(heading) - 5, heading + 4);
	for (unsigned int i = 0; i < XS_KEYS; i++)
		if (xs_keys[i].section == section)
			print_key(&xs_keys[i], heading);
}

static void print_axis(const struct xs_axis *axis)
{
	printf(".SS \"%s\"\n", axis->list);
	for (uint32_t i = 0; i < axis->rows; i++) {
		puts(".TP");
		put_line(axis->entry[i]->name);
		put_line(axis->entry[i]->summary);
	}
}

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (!f || !fread(doc, 1, sizeof(doc) - 1, f))
		die("cannot read", argc == 2 ? argv[1] : "which docs/case-format.md?");
	fclose(f);
	puts(".SH NAME\nxsavage\\-case \\- the text of a case of xsavage\n.SH DESCRIPTION");
	print_text("# The case format\n");
	puts(".SH SYNTAX");
	print_text("## Lines\n");
	puts(".SH \"SECTIONS AND KEYS\"");
	for (unsigned int i = 0; i < XS_SECTIONS; i++)
		print_section(i);
	puts(".SH PLACES");
	print_text("### Places\n");
	puts(".SH ENTRIES");
	for (unsigned int i = 0; i < XS_AXES; i++)
		print_axis(&xs_axes[i]);
	return ferror(stdout) || fclose(stdout) ? 1 : 0;
}
