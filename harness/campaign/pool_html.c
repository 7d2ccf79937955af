// SPDX-License-Identifier: GPL-2.0-only
/* Pooled runs as a page. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "campaign/pool.h"
#include "report/html.h"
#include "report/interval.h"
#include "report/names.h"

/* A formatted text in an element, which has a class, or NULL. */
static void __attribute__((format(printf, 4, 5)))
cell(FILE *f, const char *tag, const char *class, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	fprintf(f, "<%s", tag);
	if (class)
		fprintf(f, " class=\"%s\"", class);
	fputc('>', f);
	xs_html_text(f, text ? text : "(no memory)");
	fprintf(f, "</%s>", tag);
	free(text);
}

static const char *color(enum xs_verdict_kind kind)
{
	return kind == XS_PASS ? "right" : xs_verdict_is_bad(kind) ? "foreign" : "stale";
}

static void head(FILE *f, const char *title, const char *const names[])
{
	fputs("<h2>", f);
	xs_html_text(f, title);
	fputs("</h2>\n<div class=\"wide\"><table class=\"list\">\n<tr>", f);
	for (; *names; names++)
		cell(f, "th", NULL, "%s", *names);
	fputs("</tr>\n", f);
}

/* Names of components, for a cell. */
static void components(FILE *f, uint64_t xcr0)
{
	char *text = NULL;
	size_t bytes;
	FILE *memory = open_memstream(&text, &bytes);

	if (memory) {
		xs_triage_components(memory, xcr0);
		fclose(memory);
	}
	cell(f, "td", NULL, "%s", text ? text : "");
	free(text);
}

static void kinds(FILE *f, const struct xs_pool *p)
{
	static const char *const names[] = { "verdict",	   "tested", "build", "CPU",
					     "components", "runs",   "cases", "signals in window",
					     "95 % bound", "why",    NULL };

	head(f, "Kinds of machine", names);
	for (uint32_t i = 0; i < p->kinds; i++) {
		const struct xs_pool_kind *k = &p->kind[i];
		const uint64_t signals = k->evidence.signals;

		fputs("<tr>", f);
		cell(f, "td", color(k->verdict.kind), "%s", xs_verdict_names[k->verdict.kind]);
		cell(f, "td", NULL, "%s", k->machine.tested);
		cell(f, "td", NULL, "%s", k->machine.build);
		cell(f, "td", NULL, "%s", k->machine.cpu);
		components(f, k->machine.xcr0);
		cell(f, "td", "v", "%u, %u passed", k->runs, k->passed);
		cell(f, "td", "v", "%u", k->cases);
		cell(f, "td", "v", "%" PRIu64, signals);
		if (k->verdict.kind == XS_PASS && signals > 3)
			cell(f, "td", "v", "fewer than %.2g of all signals",
			     xs_rule_of_three(signals));
		else
			cell(f, "td", "v", "none");
		cell(f, "td", NULL, "%s", k->verdict.why);
		fputs("</tr>\n", f);
	}
	fputs("</table></div>\n<p>A bound holds for its kind of machine alone, and for the "
	      "conditions "
	      "that "
	      "its runs covered.</p>\n",
	      f);
}

static void findings(FILE *f, const struct xs_pool *p)
{
	static const char *const names[] = { "known",	"finding",     "in words", "cases",
					     "signals", "first after", "where",	   NULL };
	const struct xs_findings *all = p->findings;
	char text[XS_SIGNATURE_BYTES], time[XS_TIME_BYTES];

	if (!all->count)
		return;
	head(f, "Distinct findings", names);
	for (uint32_t i = 0; i < all->count; i++) {
		const struct xs_distinct *d = &all->of[i];

		fputs("<tr>", f);
		cell(f, "td", d->waiver ? "stale" : "foreign", "%s",
		     d->waiver ? d->waiver->reason : "no");
		cell(f, "td", NULL, "%s", xs_signature_print(text, &d->signature));
		/* Of our own words alone. */
		fputs("<td>", f);
		xs_report_signature(f, &d->signature);
		fputs("</td>", f);
		cell(f, "td", "v", "%u", d->cases);
		cell(f, "td", "v", "%" PRIu64, d->signals);
		cell(f, "td", "v", "%s", xs_time(time, d->first_ns));
		fputs("<td>", f);
		for (const struct xs_where *w = d->where; w; w = w->next)
			cell(f, "div", NULL, "%u in %s%s%s", w->cases, w->place,
			     w->saved ? ", saved there as " : "", w->saved ? w->saved : "");
		fputs("</td></tr>\n", f);
	}
	fputs("</table></div>\n", f);
	if (all->left_out)
		fprintf(f, "<p>%u cases had findings of still other signatures.</p>\n",
			all->left_out);
}

static void coverage(FILE *f, const struct xs_pool *p)
{
	static const char *const names[] = { "axis", "covered", "by no run", NULL };

	head(f, "Covered", names);
	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		const uint32_t had = p->coverage.had[axis];
		const char *before = "";

		fputs("<tr>", f);
		cell(f, "td", NULL, "%s, %d of %u", xs_axes[axis].title, __builtin_popcount(had),
		     xs_axes[axis].rows);
		fputs("<td>", f);
		for (uint32_t row = 0; row < xs_axes[axis].rows; row++)
			if (had >> row & 1) {
				fprintf(f, "%s%s", before, xs_name(axis, row));
				before = ", ";
			}
		fputs("</td><td>", f);
		for (uint32_t i = 0; i < p->gaps; i++)
			if (p->gap[i].axis == axis && !(had >> p->gap[i].row & 1))
				cell(f, "div", NULL, "%s: %s (%u of %u runs)",
				     xs_name(axis, p->gap[i].row), p->gap[i].why, p->gap[i].runs,
				     p->runs);
		fputs("</td></tr>\n", f);
	}
	fputs("</table></div>\n", f);
}

static void runs(FILE *f, const struct xs_pool *p)
{
	static const char *const names[] = { "verdict", "run",	   "command", "begun", "kind",
					     "cases",	"signals", "why",     NULL };
	char name[XS_POOL_NAME_BYTES], file[XS_PRINTABLE_BYTES];

	head(f, "Runs", names);
	for (uint32_t i = 0; i < p->runs; i++) {
		const struct xs_pool_run *run = p->run[i];

		fputs("<tr>", f);
		cell(f, "td", color(run->verdict), "%s", xs_verdict_names[run->verdict]);
		cell(f, "td", NULL, "%s", run->place);
		cell(f, "td", NULL, "%s%s", run->command, run->run.contract ? " --abi" : "");
		cell(f, "td", NULL, "%s", run->run.begun);
		cell(f, "td", NULL, "%s", xs_pool_kind_name(&p->kind[run->kind], name));
		cell(f, "td", "v", "%u", run->campaign.cases);
		cell(f, "td", "v", "%" PRIu64, run->evidence.signals);
		cell(f, "td", NULL, "%s%s%s", run->why, run->known ? "known: " : "",
		     run->known ? run->known : "");
		fputs("</tr>\n", f);
	}
	fputs("</table></div>\n", f);
	for (uint32_t i = 0; i < p->agains; i++) {
		cell(f, "p", NULL, "%s is the run of %s again, and counted once.",
		     xs_printable(file, p->again[i].file), p->again[i].first->place);
		fputc('\n', f);
	}
}

void xs_pool_html(FILE *f, const struct xs_pool *p)
{
	char name[XS_POOL_NAME_BYTES], title[XS_POOL_NAME_BYTES + 40];

	snprintf(title, sizeof(title), "xsavage: %s: %s", xs_pool_name(p, name),
		 xs_verdict_names[p->verdict]);
	xs_html_begin(f, title);
	if (p->why[0])
		cell(f, "p", color(p->verdict), "%s", p->why);
	kinds(f, p);
	findings(f, p);
	coverage(f, p);
	runs(f, p);
	xs_html_end(f);
}
