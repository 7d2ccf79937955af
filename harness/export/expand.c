// SPDX-License-Identifier: GPL-2.0-only
/* Copies a part of the program, without the lines that the case does not need. */
#include <string.h>

#include "export/export.h"

#define DEPTH	   4u
#define WORD_BYTES 32u

static int is(const char *line, size_t bytes, const char *directive)
{
	const size_t n = strlen(directive);

	return bytes >= n && !memcmp(line, directive, n);
}

/* "#if WORD" or "#if !WORD" */
static int holds(const struct xs_export_plan *plan, const char *line, size_t bytes)
{
	char word[WORD_BYTES] = "";
	const int not = line[4] == '!';
	const size_t from = not ? 5 : 4;

	if (bytes - from < sizeof(word))
		memcpy(word, line + from, bytes - from);
	return xs_export_has(plan, word) != not ;
}

/* A line, and the values that it names. */
static void put_line(FILE *f, const struct xs_export_plan *plan, const char *line, size_t bytes)
{
	const char *const end = line + bytes;

	while (line < end) {
		char name[WORD_BYTES] = "";
		const char *at = memchr(line, '@', (size_t)(end - line)), *close = NULL;

		if (at)
			close = memchr(at + 1, '@', (size_t)(end - at - 1));
		fwrite(line, 1, (size_t)((close ? at : end) - line), f);
		if (!close)
			break;
		if ((size_t)(close - at) <= sizeof(name))
			memcpy(name, at + 1, (size_t)(close - at - 1));
		/* A comment's "@t" is no name. */
		if (xs_export_value(f, plan, name))
			fwrite(at, 1, (size_t)(close - at), f);
		else
			close++;
		line = close;
	}
	fputc('\n', f);
}

void xs_export_expand(FILE *f, const struct xs_export_plan *plan, const char *text)
{
	int on[DEPTH + 1] = { 1 };
	uint32_t depth = 0;

	for (const char *end; *text; text = end + 1) {
		size_t bytes;

		end = strchr(text, '\n');
		if (!end)
			break;
		bytes = (size_t)(end - text);
		if (is(text, bytes, "#if ") && depth < DEPTH) {
			on[depth + 1] = on[depth] && holds(plan, text, bytes);
			depth++;
		} else if (is(text, bytes, "#else") && depth) {
			on[depth] = on[depth - 1] && !on[depth];
		} else if (is(text, bytes, "#endif") && depth) {
			depth--;
		} else if (on[depth]) {
			put_line(f, plan, text, bytes);
		}
	}
}
