// SPDX-License-Identifier: GPL-2.0-only
/* Which numbers of two files differ by more than chance. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"
#include "report/rank.h"

struct row {
	const struct xs_plot_bench *bench;
	const char *counter;
	double before, after; /* medians */
	double p, q;	      /* q NAN: nothing that a test could tell */
};

struct xs_comparison {
	const struct xs_plot *p;
	struct row *row;
	size_t rows, room, tests;
	size_t same; /* numbers that never changed */
	size_t few;  /* numbers with too few repetitions */
};

static const struct xs_plot_bench *find(const struct xs_plot_file *f, const char *name)
{
	for (uint32_t i = 0; i < f->benches; i++)
		if (!strcmp(f->bench[i].name, name))
			return &f->bench[i];
	return NULL;
}

/* One number of both files: 0 or -ENOMEM. */
static int test(struct xs_comparison *c, const struct xs_plot_bench *before,
		const struct xs_plot_bench *after, const char *counter)
{
	double x[XS_PLOT_RUNS], y[XS_PLOT_RUNS];
	const size_t n = xs_plot_values(before, counter, x), m = xs_plot_values(after, counter, y);
	struct row *r;

	if (!n || !m)
		return 0;
	if (c->rows == c->room) {
		const size_t room = 2 * c->room + 64;

		r = reallocarray(c->row, room, sizeof(*r));
		if (!r)
			return -ENOMEM;
		c->row = r;
		c->room = room;
	}
	r = &c->row[c->rows++];
	*r = (struct row){ before, counter, xs_plot_median(x, n), xs_plot_median(y, m), NAN, NAN };
	/* Neither depends on which value came from which file, so leaving them out is no choice. */
	if (!(fmin(x[0], y[0]) < fmax(x[n - 1], y[m - 1]))) {
		c->same++;
		return 0;
	}
	r->p = xs_rank_p(x, n, y, m);
	if (xs_rank_least_p(n, m) > XS_PLOT_SIGNIFICANT) {
		c->few++;
		return 0;
	}
	r->q = r->p;
	c->tests++;
	return 0;
}

static int adjust(struct xs_comparison *c)
{
	double *q = calloc(c->tests + 1, sizeof(*q));
	size_t n = 0;
	int rc = q ? 0 : -ENOMEM;

	for (size_t i = 0; !rc && i < c->rows; i++)
		if (!isnan(c->row[i].q))
			q[n++] = c->row[i].q;
	if (!rc)
		rc = xs_discovery(q, n);
	n = 0;
	for (size_t i = 0; !rc && i < c->rows; i++)
		if (!isnan(c->row[i].q))
			c->row[i].q = q[n++];
	free(q);
	return rc;
}

int xs_compare(const struct xs_plot *p, struct xs_comparison **comparison)
{
	struct xs_comparison *c = calloc(1, sizeof(*c));
	const struct xs_plot_file *f = &p->file[0];
	int rc = 0;

	*comparison = c;
	if (!c)
		return -ENOMEM;
	c->p = p;
	for (uint32_t i = 0; i < f->benches; i++) {
		const struct xs_plot_bench *before = &f->bench[i];
		const struct xs_plot_bench *after = find(&p->file[1], before->name);
		const char *key;
		json_t *value;

		if (!after || before->skipped || after->skipped)
			continue;
		json_object_foreach(json_array_get(before->runs, 0), key, value)
		{
			if (!rc && xs_plot_is_counter(key))
				rc = test(c, before, after, key);
		}
	}
	return rc ? rc : adjust(c);
}

void xs_compare_free(struct xs_comparison *c)
{
	if (c)
		free(c->row);
	free(c);
}

static bool is_significant(const struct row *r)
{
	return r->q <= XS_PLOT_SIGNIFICANT;
}

static size_t count_significant(const struct xs_comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rows; i++)
		n += is_significant(&c->row[i]);
	return n;
}

static const char *direction(const struct row *r)
{
	if (!is_significant(r))
		return "";
	return r->after > r->before ? "higher" : r->after < r->before ? "lower" : "differs";
}

static void print_percent(FILE *f, const struct row *r)
{
	const double percent = (r->after - r->before) / fabs(r->before) * 100;

	if (isfinite(percent))
		fprintf(f, "%+.1f %%", percent);
	else
		fputc('-', f);
}

/* What was done, in words that are harmless in HTML. */
static void print_summary(const struct xs_comparison *c, FILE *f, const char *open,
			  const char *close)
{
	fprintf(f,
		"%sOf %zu tested numbers, %zu differ significantly.%s%sMedians; two-sided "
		"Mann-Whitney U tests, exact up to %u repetitions in all.%s",
		open, c->tests, count_significant(c), close, open, XS_RANK_EXACT, close);
	if (c->tests)
		fprintf(f,
			"%sq is p adjusted for the number of tests (Benjamini-Hochberg). "
			"Significant "
			"is q up to %g: of these differences, at most 5 %% are expected to be "
			"chance.%s%sA difference that is the only one among them shows with %zu "
			"repetitions in each file.%s",
			open, XS_PLOT_SIGNIFICANT, close, open,
			xs_rank_values(XS_PLOT_SIGNIFICANT / (double)c->tests), close);
	if (c->few)
		fprintf(f,
			"%sNot tested: %zu, for which no difference could be significant with so "
			"few "
			"repetitions. It takes --benchmark_repetitions=%zu at least, better 10.%s",
			open, c->few, xs_rank_values(XS_PLOT_SIGNIFICANT), close);
	if (c->same)
		fprintf(f, "%sNot tested: %zu, which are the same in all runs.%s", open, c->same,
			close);
}

/* A number as text in a column. */
static void print_column(FILE *f, int width, double value)
{
	char text[64] = "";
	FILE *s = fmemopen(text, sizeof(text), "w");

	if (s) {
		xs_plot_print(s, value);
		fclose(s);
	}
	fprintf(f, " %*s", width, text);
}

static void print_row(FILE *f, const struct row *r)
{
	char name[XS_PLOT_TEXT], counter[XS_PLOT_TEXT], percent[64] = "";
	FILE *s = fmemopen(percent, sizeof(percent), "w");

	if (s) {
		print_percent(s, r);
		fclose(s);
	}
	xs_plot_ascii(name, sizeof(name), r->bench->name);
	xs_plot_ascii(counter, sizeof(counter), r->counter);
	fprintf(f, "%-40s %-16s", name, counter);
	print_column(f, 10, r->before);
	print_column(f, 10, r->after);
	fprintf(f, " %10s", percent);
	print_column(f, 9, r->p);
	print_column(f, 9, r->q);
	fprintf(f, "%s%s\n", *direction(r) ? "  " : "", direction(r));
}

static void print_rows(const struct xs_comparison *c, FILE *f, bool significant)
{
	bool any = false;

	for (size_t i = 0; i < c->rows; i++) {
		if (is_significant(&c->row[i]) != significant)
			continue;
		if (!any)
			fprintf(f, "\n%s:\n\n%-40s %-16s %10s %10s %10s %9s %9s\n",
				significant ? "Differs significantly" : "No significant difference",
				"benchmark", "number", "before", "after", "change", "p", "q");
		any = true;
		print_row(f, &c->row[i]);
	}
}

/* The reason why @b is not compared, or NULL. */
static const char *why_not(const struct xs_comparison *c, const struct xs_plot_bench *b)
{
	const bool is_after = b->file == &c->p->file[1];

	if (b->skipped)
		return b->skipped;
	if (find(&c->p->file[!is_after], b->name))
		return NULL;
	return is_after ? "only in the file after" : "only in the file before";
}

/* The first benchmark that is not compared, or the one after @b; NULL for no more. */
static const struct xs_plot_bench *missing(const struct xs_comparison *c,
					   const struct xs_plot_bench *b)
{
	uint32_t file = b && b->file == &c->p->file[1];
	uint32_t i = b ? (uint32_t)(b - b->file->bench) + 1 : 0;

	for (; file < 2; file++, i = 0)
		for (; i < c->p->file[file].benches; i++)
			if (why_not(c, &c->p->file[file].bench[i]))
				return &c->p->file[file].bench[i];
	return NULL;
}

static void print_missing(const struct xs_comparison *c, FILE *f)
{
	char name[XS_PLOT_TEXT], text[256];

	fputs(missing(c, NULL) ? "\nNot compared:\n\n" : "", f);
	for (const struct xs_plot_bench *b = missing(c, NULL); b; b = missing(c, b)) {
		xs_plot_ascii(name, sizeof(name), b->name);
		xs_plot_ascii(text, sizeof(text), why_not(c, b));
		fprintf(f, "%-40s %-6s %s\n", name, b->file == &c->p->file[1] ? "after" : "before",
			text);
	}
}

/* Of the heads of both files, what matters and is not the same. */
static void print_contexts(const struct xs_comparison *c, FILE *f)
{
	char plain[2][160], text[XS_PLOT_CONTEXT], name[24];
	const char *key;
	json_t *value;

	for (uint32_t i = 0; i < 2; i++) {
		json_object_foreach(c->p->file[i].context, key, value)
		{
			if (!xs_plot_context(&c->p->file[i], key, text) ||
			    xs_plot_had_key(c->p, i, key) || !strcmp(key, "date") ||
			    !strcmp(key, "executable") || !xs_plot_differs(c->p, key))
				continue;
			for (uint32_t k = 0; k < 2; k++) {
				xs_plot_context(&c->p->file[k], key, text);
				xs_plot_ascii(plain[k], sizeof(plain[k]), text);
			}
			xs_plot_ascii(name, sizeof(name), key);
			fprintf(f, "%-16s before: %s\n%-16s after:  %s\n", name, plain[0], "",
				plain[1]);
		}
	}
}

void xs_compare_print(const struct xs_comparison *c, FILE *f)
{
	char path[256];

	for (uint32_t i = 0; i < 2; i++) {
		xs_plot_ascii(path, sizeof(path), c->p->file[i].path);
		fprintf(f, "%-16s %s\n", i ? "after" : "before", path);
	}
	print_contexts(c, f);
	fputc('\n', f);
	print_summary(c, f, "", "\n");
	print_rows(c, f, true);
	print_rows(c, f, false);
	print_missing(c, f);
}

static void print_cell(FILE *f, double value)
{
	fputs("<td>", f);
	xs_plot_print(f, value);
	fputs("</td>", f);
}

static void print_page_rows(const struct xs_comparison *c, FILE *f, bool significant)
{
	for (size_t i = 0; i < c->rows; i++) {
		const struct row *r = &c->row[i];

		if (is_significant(r) != significant)
			continue;
		fputs(significant ? "<tr class=\"mark\"><td>" : "<tr><td>", f);
		xs_plot_html(f, r->bench->name);
		fputs("</td><td class=\"text\">", f);
		xs_plot_html(f, r->counter);
		fputs("</td>", f);
		print_cell(f, r->before);
		print_cell(f, r->after);
		fputs("<td>", f);
		print_percent(f, r);
		fputs("</td>", f);
		print_cell(f, r->p);
		print_cell(f, r->q);
		fprintf(f, "<td class=\"text\">%s</td></tr>\n", direction(r));
	}
}

static void print_page_missing(const struct xs_comparison *c, FILE *f)
{
	if (!missing(c, NULL))
		return;
	fputs("<h3>Not compared</h3>\n<div class=\"wide\"><table>\n"
	      "<tr><th>benchmark</th><th>file</th><th>reason</th></tr>\n",
	      f);
	for (const struct xs_plot_bench *b = missing(c, NULL); b; b = missing(c, b)) {
		fputs("<tr><td>", f);
		xs_plot_html(f, b->name);
		fprintf(f, "</td><td class=\"text\">%s</td><td class=\"text\">",
			b->file == &c->p->file[1] ? "after" : "before");
		xs_plot_html(f, why_not(c, b));
		fputs("</td></tr>\n", f);
	}
	fputs("</table></div>\n", f);
}

void xs_compare_page(const struct xs_comparison *c, FILE *f)
{
	fputs("<h2>Comparison</h2>\n<p>Before: ", f);
	xs_plot_html(f, c->p->file[0].path);
	fputs("; after: ", f);
	xs_plot_html(f, c->p->file[1].path);
	fputs(".</p>\n", f);
	print_summary(c, f, "<p>", "</p>\n");
	fputs("<div class=\"wide\"><table>\n<tr><th>benchmark</th><th>number</th><th>before</th>"
	      "<th>after</th><th>change</th><th>p</th><th>q</th><th>significant</th></tr>\n",
	      f);
	print_page_rows(c, f, true);
	print_page_rows(c, f, false);
	fputs("</table></div>\n", f);
	print_page_missing(c, f);
}
