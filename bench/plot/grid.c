// SPDX-License-Identifier: GPL-2.0-only
/* Sort the numbers of benchmarks into pictures, as a recipe says. */
#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"

#define GRIDS_MAX 256u /* of a recipe */

/* Part @n of a name, from 1. */
static void part(char out[XS_PLOT_TEXT], const char *name, int n)
{
	char text[XS_PLOT_TEXT];

	while (--n && strchr(name, '/'))
		name = strchr(name, '/') + 1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(name, "/"), name);
	xs_plot_plain(out, XS_PLOT_TEXT, text);
}

/* What a recipe's "$3 $c" is for a counter of a benchmark. */
static void expand(char out[XS_PLOT_TEXT], const char *pattern, const struct xs_plot_bench *b,
		   const char *counter)
{
	size_t n = 0;

	for (; *pattern && n < XS_PLOT_TEXT - 1; pattern++) {
		char text[XS_PLOT_TEXT] = { *pattern };

		if (*pattern == '$') {
			pattern++;
			if (*pattern == 'c')
				xs_plot_plain(text, sizeof(text), counter);
			else if (*pattern == 'f')
				xs_plot_plain(text, sizeof(text), b->file->label);
			else
				part(text, b->name, *pattern - '0');
		}
		n += (size_t)snprintf(out + n, XS_PLOT_TEXT - n, "%s", text);
	}
	out[n < XS_PLOT_TEXT ? n : XS_PLOT_TEXT - 1] = '\0';
}

/* The place of @text in a list, where it is appended if it is new; @max where that is full. */
static uint32_t place(char list[][XS_PLOT_TEXT], uint32_t *n, uint32_t max, const char *text)
{
	uint32_t i = 0;

	while (i < *n && strcmp(list[i], text) != 0)
		i++;
	if (i == *n && *n < max)
		strcpy(list[(*n)++], text);
	return i;
}

static struct xs_point point(const struct xs_recipe *r, const struct xs_plot_bench *b,
			     const char *counter)
{
	const struct xs_plot_number number = xs_plot_number(b, counter);
	struct xs_point p = { number.median, number.least, number.most,
			      NAN,	     NAN,	   xs_plot_is_unlimited(b) };

	if (r->rate) {
		const struct xs_plot_number rate = xs_plot_rate(b);

		p = (struct xs_point){ rate.median, rate.least, rate.most, NAN, NAN, false };
	}
	if (r->low)
		p.low = xs_plot_number(b, r->low).least;
	if (r->high)
		p.high = xs_plot_number(b, r->high).most;
	if (!(p.low <= p.value))
		p.low = p.value;
	if (!(p.high >= p.value))
		p.high = p.value;
	if (r->found) {
		p.found = xs_plot_sum(b, "found");
		p.runs = xs_plot_sum(b, "runs");
	}
	return p;
}

static bool is_missing(const struct xs_point *p)
{
	return isnan(p->value) && isnan(p->found);
}

static void clear(struct xs_grid *g)
{
	for (uint32_t i = 0; i < XS_PLOT_CATEGORIES; i++)
		for (uint32_t k = 0; k < XS_PLOT_SERIES; k++)
			g->point[i][k] = (struct xs_point){ NAN, NAN, NAN, NAN, NAN, false };
}

static void add(struct xs_grid *g, const struct xs_plot_bench *b)
{
	const struct xs_recipe *r = g->recipe;
	bool dropped = false;

	for (uint32_t i = 0; i < XS_PLOT_COUNTERS && r->counters[i]; i++) {
		const struct xs_point p = point(r, b, r->counters[i]);
		char category[XS_PLOT_TEXT], series[XS_PLOT_TEXT];
		uint32_t x, y;

		if (is_missing(&p))
			continue;
		expand(category, r->category, b, r->counters[i]);
		expand(series, r->series, b, r->counters[i]);
		x = place(g->category, &g->categories, XS_PLOT_CATEGORIES, category);
		y = place(g->name, &g->series, XS_PLOT_SERIES, series);
		if (x < XS_PLOT_CATEGORIES && y < XS_PLOT_SERIES)
			g->point[x][y] = p;
		else
			dropped = true;
	}
	if (g->benches < XS_PLOT_CATEGORIES * XS_PLOT_SERIES)
		g->bench[g->benches++] = b;
	else
		dropped = true;
	g->dropped += dropped;
}

/* Whether the files have a line or a row each, and not a picture each. */
static bool is_shared(const struct xs_recipe *r)
{
	return strstr(r->series, "$f") || strstr(r->category, "$f");
}

/* The picture of @b: an old one, or a new one behind those of the same name; NULL for no room. */
static struct xs_grid *find(const struct xs_recipe *r, const struct xs_plot_bench *b,
			    struct xs_grid **grids, uint32_t *count)
{
	const struct xs_plot_file *file = is_shared(r) ? NULL : b->file;
	char panel[XS_PLOT_TEXT];
	uint32_t at = *count;
	struct xs_grid *g;

	expand(panel, r->panel, b, "");
	for (uint32_t i = 0; i < *count; i++) {
		if (strcmp(grids[i]->panel, panel) != 0)
			continue;
		if (grids[i]->file == file)
			return grids[i];
		at = i + 1;
	}
	g = *count < GRIDS_MAX ? calloc(1, sizeof(*g)) : NULL;
	if (!g)
		return NULL;
	clear(g);
	g->recipe = r;
	g->file = file;
	strcpy(g->panel, panel);
	memmove(grids + at + 1, grids + at, (*count - at) * sizeof(struct xs_grid *));
	grids[at] = g;
	(*count)++;
	return g;
}

bool xs_recipe_takes(const struct xs_recipe *r, const struct xs_plot_bench *b)
{
	if (b->skipped || fnmatch(r->pattern, b->name, FNM_PATHNAME) != 0)
		return false;
	for (uint32_t i = 0; i < XS_PLOT_COUNTERS && r->counters[i]; i++) {
		const struct xs_point p = point(r, b, r->counters[i]);

		if (!is_missing(&p))
			return true;
	}
	return false;
}

int xs_grids(const struct xs_recipe *r, const struct xs_plot *p, struct xs_grid ***grids,
	     uint32_t *count)
{
	*count = 0;
	*grids = calloc(GRIDS_MAX + 1, sizeof(struct xs_grid *));
	if (!*grids)
		return -ENOMEM;
	for (uint32_t f = 0; f < p->files; f++) {
		for (uint32_t i = 0; i < p->file[f].benches; i++) {
			const struct xs_plot_bench *b = &p->file[f].bench[i];
			struct xs_grid *g;

			if (!xs_recipe_takes(r, b))
				continue;
			g = find(r, b, *grids, count);
			if (!g)
				return *count < GRIDS_MAX ? -ENOMEM : -E2BIG;
			add(g, b);
		}
	}
	return 0;
}

void xs_grids_free(struct xs_grid **grids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		free(grids[i]);
	free(grids);
}
