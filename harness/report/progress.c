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
#define BYTES		256u

void xs_progress_start(struct xs_progress *p, FILE *f)
{
	const char *kind = getenv("TERM");

	/* One that cannot erase a line would fill with what was to be taken away. */
	if (!kind || !*kind || !strcmp(kind, "dumb") || !isatty(fileno(f)))
		f = NULL;
	*p = (struct xs_progress){ .f = f };
}

/* The line, cut to @columns. */
static void format(char text[BYTES], const struct xs_progress_line *line, size_t columns)
{
	char total[24] = "", cases[16] = "";

	if (line->total_ns)
		snprintf(total, sizeof(total), "/%" PRIu64, line->total_ns / 1000000000);
	if (line->cases)
		snprintf(cases, sizeof(cases), "/%u", line->cases);
	snprintf(text, columns < BYTES ? columns + 1 : BYTES,
		 "%" PRIu64 "%s s, %s; %s%ssignals %" PRIu64 ", faults %" PRIu64 ", switches %" PRIu64
		 "; case %u%s %.48s",
		 line->elapsed_ns / 1000000000, total, line->verdict, line->cells ? line->cells : "",
		 line->cells ? " " : "", line->signals, line->faults, line->switches, line->number,
		 cases, line->name);
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
	char text[BYTES];

	if (!p->f || (p->drawn_ns && now_ns - p->drawn_ns < REDRAW_NS))
		return;
	/* A character in the last column would wrap on some terminals. */
	format(text, line, columns_of(p->f) - 1);
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
