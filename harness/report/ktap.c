// SPDX-License-Identifier: GPL-2.0-only
/* Results as KTAP, for kselftest's and KUnit's parsers. */

#include "report/report.h"

/* A plan goes here or nowhere: the kernel's parser, kunit.py, never ends on one that comes last. */
void xs_ktap_begin(struct xs_ktap *k, FILE *f, uint32_t results)
{
	*k = (struct xs_ktap){ .f = f };
	fprintf(f, "KTAP version 1\n");
	if (results)
		fprintf(f, "1..%u\n", results);
}

/* A result is one line, and '#' would begin a directive. */
static void print_words(FILE *f, const char *text)
{
	for (; *text; text++)
		fputc(*text == '\n' || *text == '#' ? ' ' : *text, f);
}

static void print_directive(FILE *f, const char *directive, const char *text)
{
	fprintf(f, " # %s%s", directive, *text ? " " : "");
	print_words(f, text);
}

void xs_ktap_result(struct xs_ktap *k, const struct xs_result *r)
{
	enum xs_verdict_kind kind = r->verdict->kind;
	bool ok = kind == XS_PASS || kind == XS_SKIP || kind == XS_INCONCLUSIVE || r->known;

	xs_report_verdict(k->f, "# ", r);
	fprintf(k->f, "%s %u ", ok ? "ok" : "not ok", ++k->done);
	print_words(k->f, xs_result_name(r));
	if (kind == XS_PASS) {
		k->passed++;
	} else if (r->known) {
		print_directive(k->f, "XFAIL", r->known);
		k->known++;
	} else if (kind == XS_SKIP) {
		print_directive(k->f, "SKIP", r->verdict->why);
		k->skipped++;
	} else if (kind == XS_INCONCLUSIVE) {
		/* Neither a pass nor the kernel's fault. */
		print_directive(k->f, "SKIP inconclusive:", r->verdict->why);
		k->skipped++;
	} else if (kind == XS_ERROR) {
		print_directive(k->f, "ERROR", r->verdict->why);
		k->errors++;
	} else {
		print_directive(k->f, xs_verdict_names[kind], "");
		k->failed++;
	}
	fputc('\n', k->f);
	fflush(k->f);
}

void xs_ktap_end(struct xs_ktap *k)
{
	fprintf(k->f, "# Totals: pass:%u fail:%u xfail:%u xpass:0 skip:%u error:%u\n", k->passed,
		k->failed, k->known, k->skipped, k->errors);
	fflush(k->f);
}
