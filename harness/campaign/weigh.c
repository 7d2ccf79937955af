// SPDX-License-Identifier: GPL-2.0-only
/* Tests each ingredient of a case in turn, and says what it is to the finding. */
#include "campaign/weigh.h"

#include <string.h>

#include "report/interval.h"
#include "report/names.h"

#define COLUMNS 78

/* Without the ingredient; and, in the second row, with nothing else of its kind. */
static const char *const weight_words[2][XS_WEIGHTS] = {
	{ [XS_WEIGHT_OPEN] = "undecided",
	  [XS_NECESSARY] = "necessary",
	  [XS_HELPS] = "helps",
	  [XS_IRRELEVANT] = "irrelevant" },
	{ [XS_WEIGHT_OPEN] = "undecided",
	  [XS_NECESSARY] = "not enough",
	  [XS_HELPS] = "weaker",
	  [XS_IRRELEVANT] = "enough" },
};

const char *xs_weight_word(bool alone, enum xs_weight weight)
{
	return weight_words[alone][weight];
}

static void print_row(FILE *f, const char *word, const struct xs_score *score, const char *what,
		      const char *how)
{
	const struct xs_interval i = xs_wilson(score->hits, score->runs);
	char hits[24], percent[24], spent[XS_TIME_BYTES];
	int used;

	snprintf(hits, sizeof(hits), "%u/%u", score->hits, score->runs);
	snprintf(percent, sizeof(percent), "%.0f-%.0f %%", 100 * i.low, 100 * i.high);
	used = fprintf(f, "  %-10s %7s %9s %7s %-7s %s", word, hits, percent,
		       xs_time(spent, score->spent_ns), xs_score_class(score), what);
	if (!*how)
		fputc('\n', f);
	else if (used + (int)strlen(how) + 3 <= COLUMNS)
		fprintf(f, " (%s)\n", how);
	else
		fprintf(f, "\n%49s(%s)\n", "", how);
}

static void print_one(FILE *f, const struct xs_weighing *w, uint32_t n)
{
	const struct xs_ingredient *i = &w->list[n];

	if (w->of[n].why[0])
		fprintf(f, "  %-10s %33s %s\n%49s(%s: %s)\n", "untested", "", i->what, "", i->how,
			w->of[n].why);
	else
		print_row(f, xs_weight_word(i->alone, w->of[n].weight), &w->of[n].score, i->what,
			  i->how);
}

static int test_one(struct xs_trials *t, struct xs_weighing *w, uint32_t n)
{
	struct xs_sequential test;
	const int rc = xs_trials_test(t, &w->list[n].c, true, &test, &w->of[n].score);

	w->of[n].weight = xs_sequential_weight(&test);
	if (w->of[n].weight == XS_IRRELEVANT && xs_trials_slow(t, &w->of[n].score))
		w->of[n].weight = XS_HELPS;
	if (rc && !xs_trials_over(rc))
		snprintf(w->of[n].why, sizeof(w->of[n].why), "%s", t->r->outcome.verdict.why);
	return xs_trials_over(rc) ? rc : 0;
}

int xs_weigh(struct xs_trials *t, struct xs_weighing *w, FILE *f)
{
	int rc = 0;

	memset(w, 0, sizeof(*w));
	w->count = xs_ingredients(&t->c, t->r->session.registers, w->list);
	t->r->line.cases = w->count;
	while (!rc && w->done < w->count) {
		xs_trials_note(t, w->done + 1, w->list[w->done].what, "without");
		rc = test_one(t, w, w->done);
		xs_progress_clear(&t->r->progress);
		if (rc)
			break;
		if (f)
			print_one(f, w, w->done);
		w->done++;
	}
	return rc;
}

static void print_list(const struct xs_weighing *w, FILE *f, const char *title, bool alone,
		       enum xs_weight weight)
{
	int used = 0;

	for (uint32_t n = 0; n < w->done; n++) {
		const struct xs_ingredient *i = &w->list[n];

		if (i->alone != alone || w->of[n].weight != weight || w->of[n].why[0])
			continue;
		if (!used)
			used = fprintf(f, "  %-14s ", title);
		else if (used + 2 + (int)strlen(i->what) > COLUMNS)
			used = fprintf(f, ";\n%17s", "") - 2;
		else
			used += fprintf(f, "; ");
		used += fprintf(f, "%s", i->what);
	}
	if (used)
		fputc('\n', f);
}

/* Whether only the other tasks together are necessary: none of the sections is. */
static bool stand_in(const struct xs_trials *t, const struct xs_weighing *w)
{
	bool together = false;

	for (uint32_t n = 0; n < w->done; n++) {
		const bool section = w->list[n].c.pressures + 1 == t->c.pressures;

		if (w->of[n].weight != XS_NECESSARY)
			continue;
		if (section && t->c.pressures > 1)
			return false;
		together |= !w->list[n].c.pressures;
	}
	return together && t->c.pressures > 1;
}

void xs_weigh_summary(const struct xs_trials *t, const struct xs_weighing *w, FILE *f)
{
	static const struct {
		const char *title;
		bool alone;
		enum xs_weight weight;
	} lists[] = {
		{ "needs:", false, XS_NECESSARY },	    { "helped by:", false, XS_HELPS },
		{ "does not need:", false, XS_IRRELEVANT }, { "undecided:", false, XS_WEIGHT_OPEN },
		{ "will do:", true, XS_IRRELEVANT },	    { "weaker:", true, XS_HELPS },
		{ "will not do:", true, XS_NECESSARY },
	};
	const struct xs_score *c = &t->control;

	if (!w->count) {
		fprintf(f, "  not tested\n");
		return;
	}
	fprintf(f, "  itself:        %u of %u runs of %u ms hit, %.3g hits per second of run\n",
		c->hits, c->runs, t->run_ms, xs_score_rate(c));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		print_list(w, f, lists[i].title, lists[i].alone, lists[i].weight);
	if (w->done < w->count)
		fprintf(f, "  not tested:    %u of %u ingredients\n", w->count - w->done, w->count);
	if (stand_in(t, w))
		fprintf(f, "  Several kinds of pressure can stand in for each other here, so that "
			   "none is\n"
			   "  needed: \"xsavage minimize\" leaves one of them.\n");
}

int xs_explain(struct xs_trials *t)
{
	struct xs_weighing w;
	int rc = xs_trials_measure(t), code;

	if (rc) {
		code = xs_trials_exit(t, rc);
		goto out;
	}
	printf("%s: %s, %u of %u runs hit; of %u ms:\n\n", t->c.name, xs_verdict_names[t->kind],
	       t->score.hits, t->score.runs, t->run_ms);
	printf("  %-10s %7s %9s %7s %-7s %s\n", "", "hits", "95 %", "in", "first",
	       "without (instead)");
	print_row(stdout, "the case", &t->control, t->c.name, "");
	rc = xs_weigh(t, &w, stdout);
	printf("\n%s: %s\n", t->c.name, xs_verdict_names[t->kind]);
	xs_weigh_summary(t, &w, stdout);
	code = rc ? xs_trials_why(t, rc) : 0;
out:
	xs_tally_close(&t->tally);
	return code;
}
