// SPDX-License-Identifier: GPL-2.0-only
/* Puts the program together: its parts in order, each if the case asks for it. */
#include "export/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The parts between the numbers and the table of tasks, and the word that asks for each. */
static const struct {
	const char *part, *word; /* NULL: always */
} order[] = {
	{ "registers", NULL },	     { "task", NULL },		 { "drop_mremap", "mremap" },
	{ "uffd", "UFFD" },	     { "handler", NULL },	 { "send_timer", "timer" },
	{ "send_itimer", "itimer" }, { "reap", "forker" },	 { "loop", NULL },
	{ "thread", "thread" },	     { "worker", NULL },	 { "sender", "sender" },
	{ "yielder", "yielder" },    { "migrator", "migrator" }, { "kernel_fpu", "kernel_fpu" },
};

/* Parts are embedded: one that is missing is a mistake of the build, which the tests see. */
static void put(FILE *f, const struct xs_export_plan *plan, const char *name)
{
	for (const struct xs_part *p = xs_parts; p->name; p++)
		if (!strcmp(p->name, name))
			xs_export_expand(f, plan, p->text);
}

static void put_all(FILE *f, const struct xs_export_plan *plan)
{
	xs_export_head(f, plan);
	put(f, plan, "head");
	xs_export_defines(f, plan);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (!order[i].word || xs_export_has(plan, order[i].word))
			put(f, plan, order[i].part);
	xs_export_tasks(f, plan);
	put(f, plan, "main");
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

/* Return: 0, -EOPNOTSUPP or -ENOMEM. */
static int write_text(char **text, const struct xs_case *c, int narrow, char *why)
{
	struct xs_export_plan plan;
	int rc = xs_export_plan(&plan, c, narrow, why);
	size_t bytes;
	FILE *f;

	*text = NULL;
	if (rc)
		return rc;
	f = open_memstream(text, &bytes);
	if (!f)
		goto no_memory;
	put_all(f, &plan);
	rc = ferror(f);
	if (!fclose(f) && !rc)
		return 0;
	free(*text);
	*text = NULL;
no_memory:
	snprintf(why, XS_WHY_BYTES, "no memory for the program");
	return -ENOMEM;
}

int xs_export(const struct xs_case *c, char **text, char why[XS_WHY_BYTES])
{
	uint32_t lines = 0;

	for (int narrow = 0; narrow < 2; narrow++) {
		const int rc = write_text(text, c, narrow, why);

		if (rc)
			return rc;
		lines = count_lines(*text);
		if (lines < XS_EXPORT_LINES)
			return 0;
		free(*text);
		*text = NULL;
	}
	snprintf(why, XS_WHY_BYTES,
		 "the program would have %u lines, and nobody reads more than %u: xsavage minimize "
		 "first",
		 lines, XS_EXPORT_LINES - 1);
	return -EOPNOTSUPP;
}
