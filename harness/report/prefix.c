// SPDX-License-Identifier: GPL-2.0-only
/* Put words before every line. */
#include "report/prefix.h"

#include <stdlib.h>
#include <string.h>

void xs_prefix_lines(FILE *out, const char *words, const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", words, (int)bytes, text);
		text += bytes + (text[bytes] == '\n');
	}
}

FILE *xs_prefix_open(struct xs_prefix *p, FILE *out, const char *words)
{
	*p = (struct xs_prefix){ .words = words, .out = out, .f = out };
	if (*words)
		p->f = open_memstream(&p->text, &p->bytes);
	if (!p->f)
		p->f = out;
	return p->f;
}

void xs_prefix_close(struct xs_prefix *p)
{
	if (p->f == p->out)
		return;
	if (!fclose(p->f))
		xs_prefix_lines(p->out, p->words, p->text);
	free(p->text);
}
