// SPDX-License-Identifier: GPL-2.0-only
/* Draw, redraw and clear the progress line. */
#include "report/progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_NS	100000000u
#define DEFAULT_COLUMNS 80u

void xs_progress_start(struct xs_progress *p, FILE *f)
{
	const char *kind = getenv("TERM");

	/* One that cannot erase a line would fill with what was to be taken away. */
	if (!kind || !*kind || !strcmp(kind, "dumb") || !isatty(fileno(f)))
		f = NULL;
	*p = (struct xs_progress){ .f = f };
}

size_t xs_progress_format(char text[XS_PROGRESS_BYTES], const struct xs_progress_line *line,
			  size_t columns)
{
	char total[24] = "", cases[16] = "";
	int n;

	if (line->total_ns)
		snprintf(total, sizeof(total), "/%" PRIu64, line->total_ns / 1000000000);
	if (line->cases)
		snprintf(cases, sizeof(cases), "/%" PRIu32, line->cases);
	n = snprintf(text, XS_PROGRESS_BYTES,
		     "%" PRIu64 "%s s, %s; signals %" PRIu64 ", faults %" PRIu64
		     ", switches %" PRIu64 "; case %" PRIu32 "%s %.48s",
		     line->elapsed_ns / 1000000000, total, line->verdict, line->signals,
		     line->faults, line->switches, line->number, cases, line->name);
	if (n < 0)
		n = 0;
	if ((size_t)n >= XS_PROGRESS_BYTES)
		n = XS_PROGRESS_BYTES - 1;
	if ((size_t)n > columns)
		n = (int)columns;
	text[n] = '\0';
	return (size_t)n;
}

static size_t columns_of(FILE *f)
{
	struct winsize size;

	/* A terminal without a size (a serial console) says 0. */
	if (ioctl(fileno(f), TIOCGWINSZ, &size) || !size.ws_col)
		return DEFAULT_COLUMNS;
	return size.ws_col;
}

void xs_progress_update(struct xs_progress *p, const struct xs_progress_line *line, uint64_t now_ns)
{
	char text[XS_PROGRESS_BYTES];

	if (!p->f || (p->drawn_ns && now_ns - p->drawn_ns < REDRAW_NS))
		return;
	/* A character in the last column would wrap on some terminals. */
	xs_progress_format(text, line, columns_of(p->f) - 1);
	fprintf(p->f, "\r%s\033[K", text);
	fflush(p->f);
	p->shown = true;
	p->drawn_ns = now_ns;
}

void xs_progress_clear(struct xs_progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", p->f);
	fflush(p->f);
	p->shown = false;
	p->drawn_ns = 0;
}
