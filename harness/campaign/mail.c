// SPDX-License-Identifier: GPL-2.0-only
/* A case, its finding and what it needs, as a mail to the maintainers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/page.h"
#include "report/html.h"

#define COLUMNS 78u

/* Columns of a line on a terminal, on which the escape codes of colours take none. */
static size_t columns_of(const char *line, size_t bytes)
{
	size_t columns = 0;

	for (size_t i = 0; i < bytes; i++, columns++)
		while (i < bytes && line[i] == '\033')
			while (i < bytes && line[i++] != 'm')
				;
	return columns;
}

/* Print one line, broken at blanks where it is too long, and indented on. */
static void print_line(const char *line, size_t bytes)
{
	size_t indent = strspn(line, " "), pad = 0;

	/* The kernel's log may hold anything. */
	if (indent > COLUMNS / 2)
		indent = COLUMNS / 2;

	while (pad + columns_of(line, bytes) > COLUMNS) {
		size_t used = COLUMNS - pad;

		while (used > indent && line[used] != ' ')
			used--;
		if (used <= indent) /* one long word */
			break;
		printf("%*s%.*s\n", (int)pad, "", (int)used, line);
		while (used < bytes && line[used] == ' ')
			used++;
		line += used;
		bytes -= used;
		pad = indent + 4;
	}
	if (bytes || !pad)
		printf("%*s%.*s\n", (int)pad, "", (int)bytes, line);
}

static void print_folded(const char *text)
{
	while (*text) {
		const size_t bytes = strcspn(text, "\n");

		print_line(text, bytes);
		text += bytes + (text[bytes] == '\n');
	}
}

/* What is printed to .f, to be made to fit; what was printed already ends at .at. */
struct draft {
	FILE *f;
	char *text;
	size_t bytes, at;
};

/* The first hit, as it goes into the mail, and into the page if there is to be one. */
struct both {
	struct draft mail, page;
	struct xs_sink sink;
};

static int open_draft(struct draft *d)
{
	d->f = open_memstream(&d->text, &d->bytes);
	return d->f ? 0 : -ENOMEM;
}

static void close_draft(struct draft *d)
{
	if (d->f)
		fclose(d->f);
	free(d->text);
}

static void take_hit(void *arg, const struct xs_result *result)
{
	struct both *b = arg;

	xs_report_verdict(b->mail.f, "", result);
	if (b->page.f)
		xs_html_run(b->page.f, result);
}

static void print_draft(struct draft *d)
{
	if (!fflush(d->f))
		print_folded(d->text + d->at);
	d->at = d->bytes;
}

static void print_case(const struct xs_trials *t)
{
	char text[XS_CASE_TEXT_MAX];

	xs_case_print(&t->c, text);
	printf("\nThe case, as %s.case; xsavage " XS_VERSION "\n\n%s\n", t->c.name, text);
	printf("To run it again:\n\n  xsavage replay -n %u %s.case\n", t->score.runs, t->c.name);
	printf("  %s --file %s.case \\\n"
	       "      -- replay -n %u %s.case\n\n",
	       xs_implementer_is_linux(xs_triage_implementer(&t->r->triage))
		       ? "tests/vm/run --kernel arch/x86/boot/bzImage"
		       : "tests/abi/run TARGET",
	       t->c.name, t->score.runs, t->c.name);
}

/* The page, whole or not at all: 0, or 2 with the error printed. */
static int save_page(struct xs_trials *t, const struct xs_weighing *w, struct both *b)
{
	char why[XS_WHY_BYTES] = "no memory for the page";
	struct draft all = { .f = NULL };
	int rc = open_draft(&all);

	if (!rc) {
		xs_page_print(all.f, t, w, b->page.text);
		rc = fflush(all.f) ? -ENOMEM : xs_sink_write(&b->sink, all.text, all.bytes, why);
	}
	if (rc)
		fprintf(stderr, "xsavage: --html %s\n", why);
	close_draft(&all);
	return rc ? 2 : 0;
}

static int mail(struct xs_trials *t, struct both *b, int rc)
{
	const enum xs_implementer who = xs_triage_implementer(&t->r->triage);
	struct draft *d = &b->mail;
	char subject[XS_SUBJECT_BYTES];
	struct xs_weighing w;

	memset(&w, 0, sizeof(w));
	if (!rc)
		rc = xs_weigh(t, &w, NULL);
	if (rc == -EINTR || rc == -EPIPE)
		return xs_trials_exit(t, rc);
	printf("Subject: %s: %s on %s: %s\n\n",
	       xs_implementer_is_linux(who) ? "x86/fpu" : xs_implementer_name(who),
	       xs_verdict_names[t->kind],
	       xs_implementer_is_linux(who) ? t->r->triage.release
					    : xs_triage_subject(&t->r->triage, subject),
	       t->c.name);
	d->at = d->bytes;
	xs_triage_print(d->f, &t->r->triage);
	print_draft(d);
	print_case(t);
	xs_tally_print(d->f, t->c.name, &t->tally);
	print_draft(d);
	printf("\nWhat it takes (5 to 12 %% error each, runs of %u ms):\n\n", t->run_ms);
	xs_weigh_summary(t, &w, stdout);
	printf("\nThe first hit:\n\n");
	print_folded(d->text);
	/* A mail without ingredients is a mail. */
	if (rc)
		xs_trials_why(t, rc);
	return b->page.f ? save_page(t, &w, b) : 0;
}

/* Where to, before the first run. */
static int open_both(struct xs_trials *t, struct both *b)
{
	char why[XS_WHY_BYTES] = "no memory";
	int rc = t->html ? xs_sink_open(&b->sink, t->html, why) : 0;

	if (!rc)
		rc = open_draft(&b->mail);
	if (!rc && t->html)
		rc = open_draft(&b->page);
	if (rc)
		fprintf(stderr, "xsavage: %s%s\n", t->html ? "--html " : "", why);
	t->hit = take_hit;
	t->arg = b;
	return rc;
}

/* The texts end where the hit ends. */
static bool end_hit(struct both *b)
{
	fputc('\0', b->mail.f);
	return !fflush(b->mail.f) && (!b->page.f || !fflush(b->page.f));
}

int xs_mail(struct xs_trials *t)
{
	struct both b = { .mail = { .f = NULL } };
	int rc, code = 2;

	if (!open_both(t, &b)) {
		rc = xs_trials_measure(t);
		if (end_hit(&b) && t->score.hits && (!rc || rc == -ETIME || rc == -EBUSY))
			code = mail(t, &b, rc);
		else
			code = xs_trials_exit(t, rc);
		xs_tally_close(&t->tally);
	}
	close_draft(&b.mail);
	close_draft(&b.page);
	return code;
}
