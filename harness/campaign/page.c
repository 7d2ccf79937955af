// SPDX-License-Identifier: GPL-2.0-only
/* The page about a case: its finding, how often it comes, and what it takes. */
#include "campaign/page.h"

#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/interval.h"
#include "report/names.h"

static void print_fact(FILE *f, const char *what, const char *text)
{
	fputs("<li><small>", f);
	xs_html_text(f, what);
	fputs("</small><b>", f);
	xs_html_text(f, text);
	fputs("</b></li>\n", f);
}

static void print_facts(FILE *f, struct xs_trials *t)
{
	const struct xs_tally *tally = &t->tally;
	const struct xs_interval i = xs_wilson(tally->hits, tally->runs);
	char text[128], time[XS_TIME_BYTES], subject[XS_SUBJECT_BYTES];

	fputs("<ul class=\"facts\">\n", f);
	print_fact(f, "tested", xs_triage_subject(&t->r->triage, subject));
	print_fact(f, "CPU", t->r->triage.cpu.brand[0] ? t->r->triage.cpu.brand : "unknown");
	snprintf(text, sizeof(text), "%u of %u runs (95 %%: %.0f to %.0f %%)", tally->hits,
		 tally->runs, 100 * i.low, 100 * i.high);
	print_fact(f, "hits", text);
	if (tally->timed) {
		const struct xs_spread s = xs_spread(tally->first[XS_TALLY_NS], tally->timed);

		/* 0: it was found in windows without a signal. */
		if (s.median)
			print_fact(f, "first signal to finding, median", xs_time(time, s.median));
	}
	fputs("</ul>\n", f);
}

/* A share of runs with its interval: 100 wide. */
static void print_bar(FILE *f, uint32_t hits, uint32_t runs)
{
	const struct xs_interval i = xs_wilson(hits, runs);
	const double share = runs ? 100.0 * hits / runs : 0;

	fprintf(f,
		"<svg class=\"bar\" viewBox=\"-1 0 102 6\" preserveAspectRatio=\"none\" "
		"role=\"img\">"
		"<title>%u of %u, 95 %% interval %.1f to %.1f %%</title><rect class=\"whole\" "
		"width=\"100\" height=\"6\"/><rect class=\"range\" x=\"%.2f\" width=\"%.2f\" "
		"height=\"6\"/><rect class=\"point\" x=\"%.2f\" width=\"1\" height=\"6\"/></svg>",
		hits, runs, 100 * i.low, 100 * i.high, 100 * i.low, 100 * (i.high - i.low),
		share - 0.5);
}

static void print_rate(FILE *f, struct xs_trials *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *to = open_memstream(&text, &bytes);

	fputs("<h2>How often</h2>\n", f);
	print_bar(f, t->tally.hits, t->tally.runs);
	if (to) {
		xs_tally_print(to, t->c.name, &t->tally);
		fclose(to);
	}
	fputs("<pre>", f);
	xs_html_text(f, text ? text : "");
	fputs("</pre>\n", f);
	free(text);
}

static void print_ingredient(FILE *f, const struct xs_weighing *w, uint32_t n)
{
	const struct xs_ingredient *i = &w->list[n];
	const struct xs_score *score = &w->of[n].score;
	const bool tested = !w->of[n].why[0];

	fputs("<tr><td><b>", f);
	xs_html_text(f, tested ? xs_weight_word(i->alone, w->of[n].weight) : "untested");
	fputs("</b></td><td>", f);
	xs_html_text(f, i->what);
	fputs("</td><td class=\"dim\">", f);
	xs_html_text(f, tested ? i->how : w->of[n].why);
	if (!tested) {
		fputs("</td><td></td><td></td></tr>\n", f);
		return;
	}
	fprintf(f, "</td><td class=\"v\">%u/%u</td><td>", score->hits, score->runs);
	print_bar(f, score->hits, score->runs);
	fputs("</td></tr>\n", f);
}

static void print_ingredients(FILE *f, const struct xs_trials *t, const struct xs_weighing *w)
{
	static const enum xs_weight order[] = { XS_NECESSARY, XS_HELPS, XS_IRRELEVANT,
						XS_WEIGHT_OPEN };
	const struct xs_score *c = &t->control;

	fprintf(f,
		"<h2>What it takes</h2>\n<p>Each ingredient is left out in turn, with errors of 5 "
		"to "
		"12 %%; runs of %u ms.</p>\n<div class=\"wide\"><table class=\"list\"><thead><tr>"
		"<th></th><th>ingredient</th><th>in its place</th><th>hits</th><th>95 %%</th></tr>"
		"</thead><tbody>\n<tr><td><b>itself</b></td><td>",
		t->run_ms);
	xs_html_text(f, t->c.name);
	fprintf(f, "</td><td></td><td class=\"v\">%u/%u</td><td>", c->hits, c->runs);
	print_bar(f, c->hits, c->runs);
	fputs("</td></tr>\n", f);
	for (uint32_t k = 0; k < 2 * sizeof(order) / sizeof(order[0]); k++)
		for (uint32_t n = 0; n < w->done; n++)
			if (w->list[n].alone == k % 2 && w->of[n].weight == order[k / 2])
				print_ingredient(f, w, n);
	fputs("</tbody></table></div>\n", f);
	if (w->done < w->count || !w->count)
		fprintf(f, "<p>Not tested: %u of %u ingredients.</p>\n", w->count - w->done,
			w->count);
}

static void print_case(FILE *f, const struct xs_trials *t)
{
	char text[XS_CASE_TEXT_MAX];

	xs_case_print(&t->c, text);
	fputs("<h2>The case</h2>\n<pre>", f);
	xs_html_text(f, text);
	fputs("</pre>\n<p>To run it again, save it as <code>", f);
	xs_html_print(f, "%s.case", t->c.name);
	fputs("</code>:</p>\n<pre>", f);
	xs_html_print(f, "xsavage replay -n %u %s.case\n", t->score.runs, t->c.name);
	fputs("</pre>\n", f);
}

static void print_machine(FILE *f, const struct xs_trials *t)
{
	char *text = NULL;
	size_t bytes;
	FILE *to = open_memstream(&text, &bytes);

	if (to) {
		xs_triage_print(to, &t->r->triage);
		fclose(to);
	}
	fputs("<h2>Kernel and machine</h2>\n<pre>", f);
	xs_html_text(f, text ? text : "");
	fputs("</pre>\n", f);
	free(text);
}

void xs_page_print(FILE *f, struct xs_trials *t, const struct xs_weighing *w, const char *run)
{
	char title[256], subject[XS_SUBJECT_BYTES];

	snprintf(title, sizeof(title), "%s on %s: %s", xs_verdict_names[t->kind],
		 xs_triage_subject(&t->r->triage, subject), t->c.name);
	xs_html_begin(f, title);
	print_facts(f, t);
	fputs(run, f);
	print_rate(f, t);
	print_ingredients(f, t, w);
	print_case(f, t);
	print_machine(f, t);
	xs_html_end(f);
}
