// SPDX-License-Identifier: GPL-2.0-only
/* One run as sections of a page: the maps of its findings, its way, and when what happened. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/map.h"
#include "report/names.h"

/* What a printer of text has to say, to be freed; "" without memory. */
#define CAPTURE(text, call)                                                                        \
	do {                                                                                       \
		size_t bytes_;                                                                     \
		FILE *to = open_memstream(&(text), &bytes_);                                       \
                                                                                                   \
		if (to) {                                                                          \
			call;                                                                      \
			fclose(to);                                                                \
		}                                                                                  \
	} while (0)

static void print_headline(FILE *f, const struct xs_plan *plan, const struct xs_finding *finding)
{
	char *text = NULL;

	CAPTURE(text, xs_report_headline(to, plan, finding));
	xs_html_text(f, text ? text : "");
	free(text);
}

/* What is to be read where the pointer is. */
static void print_title(FILE *f, const struct xs_plan *plan, const struct xs_record *r,
			const struct xs_lane *l)
{
	const int digits = xs_lane_digits(l->file);
	char name[XS_LANE_NAME_BYTES], *origin = NULL;

	CAPTURE(origin, xs_report_origin(to, plan, r, l));
	xs_html_print(f, "%s: expected 0x%0*" PRIx64 ", actual 0x%0*" PRIx64 ", %s",
		      xs_lane_name(name, l->file, l->reg, l->lane), digits, l->expected, digits,
		      l->actual, origin ? origin : "");
	free(origin);
}

static void print_cell(FILE *f, const struct xs_result *r, const struct xs_finding *finding,
		       const struct xs_lane *l, bool edge)
{
	const struct xs_map_class *class = &xs_map_classes[l->class];

	fprintf(f, "<td class=\"%s%s\"", class->name, edge ? " e" : "");
	if (l->class != XS_CLASS_NONE) {
		fputs(" title=\"", f);
		print_title(f, r->plan, finding->record, l);
		fputc('"', f);
	}
	fprintf(f, ">%c</td>", class->letter);
}

static void print_register_name(FILE *f, const struct xs_map_register *reg)
{
	fprintf(f, "<th scope=\"row\"%s>%s</th>",
		reg->torn ? " class=\"t\" title=\"torn: parts of it are of different origin\"" : "",
		reg->name);
}

/* A tile has a table of its own. */
static void print_tile(FILE *f, const struct xs_result *r, const struct xs_finding *finding,
		       const struct xs_map *m, const struct xs_map_register *reg)
{
	fprintf(f, "<table class=\"map tile\"><caption>%s%s</caption><tbody>\n", reg->name,
		reg->torn ? " (torn)" : "");
	for (uint32_t i = 0; i < reg->lanes; i += XS_MAP_COLUMNS) {
		fputs("<tr>", f);
		for (uint32_t n = 0; n < XS_MAP_COLUMNS; n++)
			print_cell(f, r, finding, &m->lane[reg->first + i + n], false);
		fputs("</tr>\n", f);
	}
	fputs("</tbody></table>\n", f);
}

/* Registers below each other, their lanes side by side. */
static void print_table(FILE *f, const struct xs_result *r, const struct xs_finding *finding,
			const struct xs_map *m, uint32_t from, uint32_t to)
{
	const uint32_t lanes = m->reg[from].lanes;

	fputs("<table class=\"map\">", f);
	if (lanes > 2) {
		fputs("<thead><tr><th></th>", f);
		for (uint32_t i = 0; i < lanes; i++)
			fprintf(f, "<th scope=\"col\" title=\"bits %u to %u\">%u</th>", 64 * i,
				64 * i + 63, i);
		fputs("</tr></thead>", f);
	}
	fputs("<tbody>\n", f);
	for (uint32_t n = from; n < to; n++) {
		const struct xs_map_register *reg = &m->reg[n];

		fputs("<tr>", f);
		print_register_name(f, reg);
		for (uint32_t i = 0; i < reg->lanes; i++)
			print_cell(f, r, finding, &m->lane[reg->first + i],
				   lanes > 2 && (i == 2 || i == 4));
		fputs("</tr>\n", f);
	}
	fputs("</tbody></table>\n", f);
}

#define COLUMN 16u /* registers below each other */

static void print_group(FILE *f, const struct xs_result *r, const struct xs_finding *finding,
			const struct xs_map *m, uint32_t from, uint32_t to)
{
	fputs("<div><h3>", f);
	xs_html_text(f, xs_map_groups[m->reg[from].group].title);
	fputs("</h3>\n<div class=\"maps\">\n", f);
	for (uint32_t n = from; n < to;) {
		uint32_t end = n + 1;

		if (m->reg[n].lanes > XS_MAP_COLUMNS) {
			print_tile(f, r, finding, m, &m->reg[n]);
		} else {
			while (end < to && end - n < COLUMN && m->reg[end].lanes == m->reg[n].lanes)
				end++;
			print_table(f, r, finding, m, n, end);
		}
		n = end;
	}
	fputs("</div></div>\n", f);
}

static void print_legend(FILE *f, const struct xs_finding *finding, const struct xs_map *m)
{
	fputs("<ul class=\"legend\" aria-label=\"Legend\">\n", f);
	for (uint32_t i = 0; i < XS_CLASSES; i++) {
		const struct xs_map_class *class = &xs_map_classes[i];
		const uint32_t count = i == XS_CLASS_NONE ? m->right : finding->by_class[i];

		if (count)
			fprintf(f, "<li><span class=\"%s\">%c</span>%s, %s: %u</li>\n", class->name,
				class->letter, class->name, class->words, count);
	}
	fputs("<li class=\"dim\">Each cell is 64 bits or less, the low ones left; <b>bold</b>: a "
	      "torn "
	      "register. Point at a cell to see what it holds.</li>\n</ul>\n",
	      f);
}

static void print_map(FILE *f, const struct xs_result *r, const struct xs_finding *finding,
		      const struct xs_map *m)
{
	uint32_t to;

	print_legend(f, finding, m);
	fputs("<div class=\"maps\">\n", f);
	for (uint32_t from = 0; from < m->registers; from = to) {
		for (to = from; to < m->registers && m->reg[to].group == m->reg[from].group; to++)
			;
		print_group(f, r, finding, m, from, to);
	}
	fputs("</div>\n", f);
}

static void print_lanes(FILE *f, const struct xs_result *r, const struct xs_finding *finding)
{
	fputs("<div class=\"wide\"><table "
	      "class=\"list\"><thead><tr><th>register</th><th>expected</th>"
	      "<th>actual</th><th>what that is</th></tr></thead><tbody>\n",
	      f);
	for (uint32_t i = 0; i < finding->kept && i < XS_LANES_KEPT; i++) {
		const struct xs_lane *l = &finding->lane[i];
		const int digits = xs_lane_digits(l->file);
		char name[XS_LANE_NAME_BYTES], *origin = NULL;

		CAPTURE(origin, xs_report_origin(to, r->plan, finding->record, l));
		fprintf(f,
			"<tr><td class=\"v\">%s</td><td class=\"v\">0x%0*" PRIx64
			"</td><td class=\"v\">0x%0*" PRIx64 "</td><td>",
			xs_lane_name(name, l->file, l->reg, l->lane), digits, l->expected, digits,
			l->actual);
		xs_html_text(f, origin ? origin : "");
		fputs("</td></tr>\n", f);
		free(origin);
	}
	fputs("</tbody></table></div>\n", f);
	if (finding->lanes > finding->kept)
		fprintf(f, "<p class=\"dim\">and %u more</p>\n", finding->lanes - finding->kept);
}

/* A finding; what it is about stands above it. */
static void print_finding(FILE *f, const struct xs_result *r, const struct xs_finding *finding)
{
	struct xs_map *m = malloc(sizeof(*m));

	if (m && r->plan && xs_map_make(m, finding, r->cpu, r->plan->tasks))
		print_map(f, r, finding, m);
	fputs("<details><summary>The values</summary>\n", f);
	print_lanes(f, r, finding);
	fputs("</details>\n", f);
	free(m);
}

/* The legs of a signal, and which of them were wrong in the window of the first finding. */
static void print_way(FILE *f, const struct xs_verdict *v)
{
	static const struct {
		uint8_t leg;
		const char *title, *text;
	} legs[] = {
		{ XS_LEG_FRAME, "signal frame", "the kernel saves the registers" },
		{ XS_LEG_HANDLER, "handler entry", "the handler starts in init state" },
		{ XS_LEG_RETURN, "after sigreturn", "the kernel puts the registers back" },
	};
	const struct xs_record *first = v->finding[0].record;

	if (!first->signalled || first->leg > XS_LEG_RETURN)
		return;
	fputs("<ol class=\"way\" aria-label=\"Way of the registers\">\n<li><b>window</b>"
	      "<small>the task loads its values</small></li>\n",
	      f);
	for (size_t i = 0; i < sizeof(legs) / sizeof(legs[0]); i++) {
		const struct xs_finding *wrong = NULL;

		for (uint32_t n = 0; n < v->findings && !wrong; n++) {
			const struct xs_record *r = v->finding[n].record;

			if (r->leg == legs[i].leg && r->task == first->task &&
			    r->iteration == first->iteration && r->depth == first->depth)
				wrong = &v->finding[n];
		}
		fprintf(f, "<li%s>\u2192 %s", wrong ? " class=\"bad\"" : "", legs[i].title);
		if (wrong)
			fprintf(f, " <b>\u2717 %u wrong, %s</b>", wrong->lanes,
				xs_class_names[wrong->class]);
		else
			fputs(": nothing found", f);
		fprintf(f, "<small>%s</small></li>\n", legs[i].text);
	}
	fputs("</ol>\n", f);
}

/* The first finding that tells the same story as finding @i. */
static uint32_t first_of_story(const struct xs_verdict *v, uint32_t i)
{
	uint32_t first = 0;

	while (!xs_report_same_story(&v->finding[first], &v->finding[i]))
		first++;
	return first;
}

static void print_moment(FILE *f, uint64_t ns, bool bad)
{
	char time[XS_TIME_BYTES];

	fprintf(f, "<li%s><b>%s</b> ", bad ? " class=\"bad\"" : "", xs_time(time, ns));
}

static void print_timeline(FILE *f, const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	const struct xs_evidence *e = &v->evidence;

	fputs("<h2>When</h2>\n<ol class=\"time\" aria-label=\"Timeline\">\n", f);
	print_moment(f, 0, false);
	fputs("the tasks begin</li>\n", f);
	if (e->first_signal_ns) {
		print_moment(f, e->first_signal_ns, false);
		fputs("the first signal</li>\n", f);
	}
	for (uint32_t i = 0; i < v->findings; i++) {
		const struct xs_finding *finding = &v->finding[i];
		const struct xs_record *at = finding->record;
		char name[XS_TASK_NAME_BYTES];

		print_moment(f, at->since_start_ns, true);
		if (first_of_story(v, i) == i)
			print_headline(f, r->plan, finding);
		else
			xs_html_print(f, "again %s, %s", xs_task_name(name, r->plan, at->task),
				      xs_leg_words(at->leg, at->signalled));
		fprintf(f,
			"; %u wrong %s <span class=\"dim\">(iteration %" PRIu64 ", signal %" PRIu64
			", %" PRIu64
			" page faults so far; on CPU %d before, %d after)</span></li>\n",
			finding->lanes, finding->lanes == 1 ? "lane" : "lanes", at->iteration,
			at->signals, at->faults, at->cpu_before, at->cpu_after);
	}
	print_moment(f, e->elapsed_ns, false);
	fprintf(f,
		"the run ends, after %" PRIu64 " signals in windows, %" PRIu64
		" page faults of workers, %" PRIu64 " context switches and %" PRIu64
		" migrations</li>\n</ol>\n",
		e->signals, e->faults, e->switches, e->migrations);
}

static void print_words(FILE *f, const struct xs_result *r)
{
	char *text = NULL;

	CAPTURE(text, xs_report_verdict(to, "", r));
	fputs("<pre>", f);
	xs_html_text(f, text ? text : "");
	fputs("</pre>\n", f);
	free(text);
}

/* What the run is about: where it went wrong first, and whose data arrived. */
static void print_first(FILE *f, const struct xs_result *r)
{
	const struct xs_finding *first = &r->verdict->finding[0];

	fputs("<p class=\"lead\">", f);
	print_headline(f, r->plan, first);
	fputs("</p>\n", f);
	print_way(f, r->verdict);
	fputs("<h2>Whose data is where</h2>\n", f);
	print_finding(f, r, first);
}

void xs_html_run(FILE *f, const struct xs_result *r)
{
	struct xs_result plain = *r;
	const struct xs_verdict *v = r->verdict;

	plain.colour = false;
	if (v->findings)
		print_first(f, r);
	for (uint32_t i = 1; i < v->findings; i++) {
		if (first_of_story(v, i) < i)
			continue;
		fputs("<details><summary>", f);
		print_headline(f, r->plan, &v->finding[i]);
		fputs("</summary>\n", f);
		print_finding(f, r, &v->finding[i]);
		fputs("</details>\n", f);
	}
	print_timeline(f, r);
	fprintf(f, "<details%s><summary>The run in words</summary>\n",
		v->findings ? "" : " open=\"\"");
	print_words(f, &plain);
	fputs("</details>\n", f);
}
