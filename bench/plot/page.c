// SPDX-License-Identifier: GPL-2.0-only
/* The page: one file with all pictures and numbers in it, and each picture as a file beside. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot/plot.h"
#include "report/save.h"

struct page {
	const struct xs_plot *p;
	const char *dir;
	FILE *f;
	uint32_t pictures;
	bool progress; /* standard error is a terminal */
};

/* No script, nothing from the network. Black in a picture is the text's colour, white the paper. */
static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#c8c8c8;--mark:#fff3c4}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--paper:#17191c;--line:#45494f;"
	"--mark:#4a4012}}\n"
	"body{font:16px/1.5 sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;"
	"margin:2rem auto;padding:0 1rem}\n"
	"h2{margin-top:3rem;border-bottom:1px solid var(--line)}\n"
	"figure{margin:1.5rem 0}\nfigcaption{font-weight:bold}\n"
	"svg{display:block;width:100%;max-width:720px;height:auto}\n"
	"svg>g>rect{fill:none}\n"
	"svg [fill=black]{fill:var(--ink)}\nsvg [stroke=black]{stroke:var(--ink)}\n"
	"svg [color=black]{color:var(--ink)}\nsvg [color=\"#FFFFFF\"]{color:var(--paper)}\n"
	"svg [stroke=\"rgb(192, 192, 192)\"]{stroke:var(--line)}\n"
	".wide{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-size:.85rem;margin:.5rem 0}\n"
	"th,td{border:1px solid var(--line);padding:.15rem .5rem;text-align:right;"
	"vertical-align:top}\n"
	"th:first-child,td:first-child,td.text{text-align:left}\n"
	"td:first-child{overflow-wrap:anywhere}\n"
	"small{opacity:.75;white-space:nowrap}\n.mark{background:var(--mark)}\n";

static void print_tagged(FILE *f, const char *open, const char *text, const char *close)
{
	fputs(open, f);
	xs_plot_html(f, text);
	fputs(close, f);
}

static void print_context(const struct page *page)
{
	const struct xs_plot *p = page->p;
	char text[XS_PLOT_CONTEXT];
	const char *key;
	json_t *value;

	fputs("<h2>The machine</h2>\n<div class=\"wide\"><table>\n<tr><th>file</th>", page->f);
	for (uint32_t i = 0; i < p->files; i++)
		print_tagged(page->f, "<th>", p->file[i].path, "</th>");
	fputs("</tr>\n", page->f);
	for (uint32_t i = 0; i < p->files; i++) {
		json_object_foreach(p->file[i].context, key, value)
		{
			if (!xs_plot_context(&p->file[i], key, text) || xs_plot_had_key(p, i, key))
				continue;
			fputs(xs_plot_differs(p, key) ? "<tr class=\"mark\">" : "<tr>", page->f);
			print_tagged(page->f, "<td>", key, "</td>");
			for (uint32_t k = 0; k < p->files; k++) {
				xs_plot_context(&p->file[k], key, text);
				print_tagged(page->f, "<td class=\"text\">", text, "</td>");
			}
			fputs("</tr>\n", page->f);
		}
	}
	fputs("</table></div>\n", page->f);
	if (p->files > 1)
		fputs("<p>Marked is what differs between the files.</p>\n", page->f);
}

/* Into the page without what only a file of its own needs, and what must not be there twice. */
static void print_svg(FILE *f, const char *svg, bool first)
{
	static const char *const out[][2] = { { "<title>", "</title>" },
					      { "<desc>", "</desc>" },
					      { "<defs>", "</defs>" },
					      { " id=\"gnuplot_canvas\"", "\"" } };

	svg = strstr(svg, "<svg");
	while (svg && *svg) {
		const char *end = NULL;

		for (uint32_t i = 0; i < 4 && !end; i++) {
			if (strncmp(svg, out[i][0], strlen(out[i][0])) != 0 || (first && i == 2))
				continue;
			end = strstr(svg + strlen(out[i][0]) - 1, out[i][1]);
			if (end)
				svg = end + strlen(out[i][1]);
		}
		if (!end)
			fputc(*svg++, f);
	}
}

/* Median, and the spread where there are repetitions. */
static void print_cell(FILE *f, const struct xs_plot_bench *b, const char *counter)
{
	const struct xs_plot_number n = xs_plot_number(b, counter);

	fputs("<td>", f);
	xs_plot_print(f, n.median);
	if (n.runs > 1) {
		fputs("<br/><small>", f);
		xs_plot_print(f, n.least);
		fputs(" to ", f);
		xs_plot_print(f, n.most);
		fputs("</small>", f);
	}
	fputs("</td>", f);
}

/* Those of a recipe's numbers that the picture's benchmarks have. */
static uint32_t columns(const struct xs_grid *g, const char *column[2 * XS_PLOT_COUNTERS + 2])
{
	const struct xs_recipe *r = g->recipe;
	const char *all[2 * XS_PLOT_COUNTERS + 2];
	uint32_t n = 0, used = 0;

	for (uint32_t i = 0; i < XS_PLOT_COUNTERS && r->counters[i]; i++)
		all[n++] = r->counters[i];
	if (r->low)
		all[n++] = r->low;
	if (r->high)
		all[n++] = r->high;
	for (uint32_t i = 0; i < XS_PLOT_COUNTERS && r->extra[i]; i++)
		all[n++] = r->extra[i];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = 0;

		while (k < g->benches && !xs_plot_number(g->bench[k], all[i]).runs)
			k++;
		if (k < g->benches)
			column[used++] = all[i];
	}
	return used;
}

static void print_numbers(const struct page *page, const struct xs_grid *g)
{
	const char *column[2 * XS_PLOT_COUNTERS + 2];
	const uint32_t n = columns(g, column);
	const bool several = page->p->files > 1;
	FILE *f = page->f;

	fputs("<div class=\"wide\"><table>\n<tr><th>benchmark</th>", f);
	fputs(several ? "<th>file</th>" : "", f);
	for (uint32_t i = 0; i < n; i++)
		print_tagged(f, "<th>", column[i], "</th>");
	fputs("<th>remark</th></tr>\n", f);
	for (uint32_t k = 0; k < g->benches; k++) {
		const struct xs_plot_bench *b = g->bench[k];

		print_tagged(f, "<tr><td>", b->name, "</td>");
		if (several)
			print_tagged(f, "<td class=\"text\">", b->file->label, "</td>");
		for (uint32_t i = 0; i < n; i++)
			print_cell(f, b, column[i]);
		print_tagged(f, "<td class=\"text\">", b->label, "</td></tr>\n");
	}
	fputs("</table></div>\n", f);
	if (g->dropped)
		fprintf(f, "<p>%u more benchmarks have no place in picture or table.</p>\n",
			g->dropped);
}

/* gnuplot's picture of a grid, to be freed; NULL with @why set and *@rc. */
static char *picture(const struct xs_grid *g, const char *id, int *rc, char why[XS_WHY_BYTES])
{
	FILE *script = tmpfile();
	char *svg = NULL;

	if (!script) {
		*rc = -errno;
		snprintf(why, XS_WHY_BYTES, "no temporary file: %s", strerror(errno));
		return NULL;
	}
	xs_draw(script, g, id);
	*rc = xs_gnuplot(script, &svg, why);
	fclose(script);
	return svg;
}

static int print_picture(struct page *page, const struct xs_grid *g, uint32_t number,
			 char why[XS_WHY_BYTES])
{
	const bool of_file = g->file && page->p->files > 1;
	char id[64], path[4096];
	char *svg;
	int rc;

	if (page->progress)
		fprintf(stderr, "\rpicture %u: %s\033[K", page->pictures + 1, g->recipe->title);
	snprintf(id, sizeof(id), "%s_%u", g->recipe->id, number);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.svg", page->dir, id) >= sizeof(path)) {
		snprintf(why, XS_WHY_BYTES, "the folder's name is too long");
		return -ENAMETOOLONG;
	}
	svg = picture(g, id, &rc, why);
	if (!svg)
		return rc;
	rc = xs_save(path, svg, strlen(svg), why);
	fputs("<figure>\n", page->f);
	if (g->panel[0] || of_file) {
		print_tagged(page->f, "<figcaption>", g->panel, g->panel[0] && of_file ? ", " : "");
		print_tagged(page->f, "", of_file ? g->file->label : "", "</figcaption>\n");
	}
	print_svg(page->f, svg, !page->pictures++);
	free(svg);
	print_numbers(page, g);
	fputs("</figure>\n", page->f);
	return rc;
}

static int print_recipe(struct page *page, const struct xs_recipe *r, char why[XS_WHY_BYTES])
{
	struct xs_grid **grids;
	uint32_t count;
	int rc = xs_grids(r, page->p, &grids, &count);

	if (rc)
		snprintf(why, XS_WHY_BYTES, "%s: %s", r->title,
			 rc == -E2BIG ? "more than 256 pictures; give fewer files" : strerror(-rc));
	if (!rc && count) {
		print_tagged(page->f, "<h2>", r->title, "</h2>\n");
		print_tagged(page->f, "<p>", r->text, "</p>\n");
	}
	for (uint32_t i = 0; i < count && !rc; i++)
		rc = print_picture(page, grids[i], i + 1, why);
	xs_grids_free(grids, count);
	return rc;
}

static bool has_picture(const struct xs_plot_bench *b)
{
	for (uint32_t i = 0; i < xs_recipes_count; i++)
		if (xs_recipe_takes(&xs_recipes[i], b))
			return true;
	return false;
}

static void print_other(FILE *f, const struct xs_plot_bench *b)
{
	const char *key, *between = "";
	json_t *value;

	json_object_foreach(json_array_get(b->runs, 0), key, value)
	{
		const struct xs_plot_number n = xs_plot_number(b, key);

		if (!n.runs || !xs_plot_is_counter(key))
			continue;
		print_tagged(f, between, key, !strcmp(key, "real_time") ? " (us) " : " ");
		xs_plot_print(f, n.median);
		between = "; ";
	}
	if (*b->label)
		print_tagged(f, between, b->label, "");
}

/* A table of the benchmarks without a picture: those with numbers, or the skipped ones. */
static void print_rest(const struct page *page, bool skipped)
{
	FILE *f = page->f;
	bool any = false;

	for (uint32_t i = 0; i < page->p->files; i++) {
		const struct xs_plot_file *file = &page->p->file[i];

		for (uint32_t k = 0; k < file->benches; k++) {
			const struct xs_plot_bench *b = &file->bench[k];

			if (!b->skipped == skipped || has_picture(b))
				continue;
			if (!any)
				fprintf(f,
					"<h2>%s</h2>\n<div class=\"wide\"><table>\n<tr>"
					"<th>benchmark</th><th>file</th><th>%s</th></tr>\n",
					skipped ? "Skipped benchmarks" : "Other benchmarks",
					skipped ? "reason" : "medians");
			any = true;
			print_tagged(f, "<tr><td>", b->name, "</td>");
			print_tagged(f, "<td class=\"text\">", file->label,
				     "</td><td class=\"text\">");
			if (skipped)
				xs_plot_html(f, b->skipped);
			else
				print_other(f, b);
			fputs("</td></tr>\n", f);
		}
	}
	fputs(any ? "</table></div>\n" : "", f);
}

static int print_page(struct page *page, const struct xs_comparison *c, char why[XS_WHY_BYTES])
{
	int rc = 0;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
	      "<title>xsavage-bench</title>\n<style>\n",
	      page->f);
	fprintf(page->f, "%s</style>\n</head>\n<body>\n<h1>xsavage-bench</h1>\n", style);
	fputs("<p>Numbers are medians of the repetitions, with the least and the most of them "
	      "below. "
	      "docs/bench.md explains the benchmarks.</p>\n",
	      page->f);
	print_context(page);
	if (c)
		xs_compare_page(c, page->f);
	for (uint32_t i = 0; i < xs_recipes_count && !rc; i++)
		rc = print_recipe(page, &xs_recipes[i], why);
	print_rest(page, false);
	print_rest(page, true);
	fputs("</body>\n</html>\n", page->f);
	return rc;
}

int xs_page(const struct xs_plot *p, const struct xs_comparison *c, const char *dir,
	    char why[XS_WHY_BYTES])
{
	struct page page = { .p = p, .dir = dir, .progress = isatty(STDERR_FILENO) };
	char path[4096], *text = NULL;
	size_t bytes;
	int rc;

	if (mkdir(dir, 0777) && errno != EEXIST) {
		rc = -errno;
		snprintf(why, XS_WHY_BYTES, "%.150s: %s", dir, strerror(-rc));
		return rc;
	}
	page.f = open_memstream(&text, &bytes);
	if (!page.f) {
		snprintf(why, XS_WHY_BYTES, "no memory");
		return -ENOMEM;
	}
	rc = print_page(&page, c, why);
	if (page.progress && page.pictures)
		fputs("\r\033[K", stderr);
	if (fclose(page.f) && !rc) {
		rc = -ENOMEM;
		snprintf(why, XS_WHY_BYTES, "no memory");
	}
	snprintf(path, sizeof(path), "%s/index.html", dir);
	if (!rc)
		rc = xs_save(path, text, bytes, why);
	free(text);
	return rc;
}
