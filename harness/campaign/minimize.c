// SPDX-License-Identifier: GPL-2.0-only
/* Takes from a case what its finding does not need. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/trial.h"
#include "reduce/reduce.h"
#include "report/names.h"
#include "report/save.h"

#define PAIRS	    12u /* of runs, of the result and of the case itself */
#define ORIGIN	    "minimize-of: "
#define TRIAL_SHARE 0.8 /* of the time (-t); the rest is for the comparison */

struct minimize {
	struct xs_trials *t;
	struct xs_reduce reduce;
	char path[PATH_MAX], shown[XS_PRINTABLE_BYTES];
	uint32_t tests, origin; /* .origin: xs_case_hash() of the case itself */
};

/* FILE.case becomes FILE.min.case; standard input goes by the case's name. */
static int name_output(struct minimize *m)
{
	const char *file = m->t->file, *out = m->t->out, *dot = strrchr(file, '.');
	const char *stem = strcmp(file, "-") != 0 ? file : m->t->c.name;
	const size_t bytes = strlen(stem) - (dot && !strcmp(dot, ".case") ? strlen(dot) : 0);
	char why[XS_WHY_BYTES];
	int rc = out ? snprintf(m->path, sizeof(m->path), "%s", out)
		     : snprintf(m->path, sizeof(m->path), "%.*s.min.case", (int)bytes, stem);

	xs_printable(m->shown, m->path);
	if (rc < 0 || (size_t)rc >= sizeof(m->path))
		rc = xs_why(-ENAMETOOLONG, why, "%.100s: %m", m->path);
	else
		rc = xs_save_check(m->path, why);
	if (rc)
		fprintf(stderr, "xsavage: %s; -o names another file for the result\n", why);
	return rc;
}

/* Whether the file is what an earlier call has left of this case. */
static bool is_ours(const struct minimize *m)
{
	char wanted[32], line[XS_CASE_LINE_MAX + 2];
	bool ours = false;
	struct stat st;
	FILE *f;

	/* To open a pipe is to wait, and Ctrl-C is blocked by now. */
	if (stat(m->path, &st) || !S_ISREG(st.st_mode))
		return false;
	f = fopen(m->path, "re");
	snprintf(wanted, sizeof(wanted), "# " ORIGIN "%08" PRIx32, m->origin);
	for (uint32_t n = 0; f && n < 8 && !ours && fgets(line, sizeof(line), f); n++)
		ours = !strncmp(line, wanted, strlen(wanted));
	if (f)
		fclose(f);
	return ours;
}

/* Go on from what is there; never write over anything else. */
static int resume(struct minimize *m)
{
	char why[XS_WHY_BYTES];
	struct xs_case c;
	int rc;

	if (access(m->path, F_OK))
		return 0;
	if (!is_ours(m)) {
		fprintf(stderr,
			"xsavage: %s is there already, and no result of this case: remove it, or "
			"name another file with -o\n",
			m->shown);
		return -EEXIST;
	}
	rc = xs_case_load(&c, m->path, why);
	if (rc) {
		fprintf(stderr, "xsavage: %s\n", why);
		return rc;
	}
	/* Its label and its length are the result's own. */
	memcpy(c.name, m->t->c.name, sizeof(c.name));
	c.duration_ms = m->t->c.duration_ms;
	if (!memcmp(&c, &m->t->c, sizeof(c)))
		return 0;
	printf("going on from %s\n", m->shown);
	return xs_reduce_resume(&m->reduce, &c);
}

/* @compared: a line about the comparison, or why there was none. */
static int save(const struct minimize *m, const struct xs_case *c, const char *compared)
{
	char text[XS_SAVED_BYTES], why[XS_WHY_BYTES], head[128], tail[96];
	size_t bytes;
	int rc;

	snprintf(head, sizeof(head), "xsavage minimize: %s; %s", xs_verdict_names[m->t->kind],
		 compared);
	snprintf(tail, sizeof(tail), ORIGIN "%08" PRIx32 ", %.47s", m->origin, m->t->c.name);
	bytes = xs_saved_text(text, &m->t->r->triage, head, tail, c);
	rc = xs_save(m->path, text, bytes, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	return rc;
}

/* Whether a variant hits as often: 1, 0, or an error that ends everything. */
static int still_hits(struct minimize *m, const struct xs_simpler *s)
{
	struct xs_score score = { 0 };
	struct xs_sequential test;
	const int rc = xs_trials_test(m->t, &s->c, false, &test, &score);

	if (rc)
		return xs_trials_over(rc) ? rc : 0;
	if (xs_sequential_decision(&test) != XS_KEEPS || xs_trials_slow(m->t, &score))
		return 0;
	xs_progress_clear(&m->t->r->progress);
	printf("  %2u/%-2u hit with  %s\n", score.hits, score.runs, s->name);
	return 1;
}

static int try_all(struct minimize *m)
{
	const struct xs_simpler *s;
	char kept[32];
	int rc = 0;

	while (rc >= 0 && (s = xs_reduce_next(&m->reduce))) {
		snprintf(kept, sizeof(kept), "%u steps kept", m->reduce.steps);
		xs_trials_note(m->t, ++m->tests, s->name, kept);
		rc = still_hits(m, s);
		if (rc < 0)
			break;
		if (xs_reduce_tell(&m->reduce, rc))
			rc = -ENOMEM;
		else if (rc)
			rc = save(m, xs_reduce_best(&m->reduce), "not finished");
	}
	return rc < 0 ? rc : 0;
}

struct duel {
	struct xs_score itself, result;
	uint32_t only_itself, only_result;
};

/* The result and the case itself in turn, so that what changes meanwhile changes for both. */
static int fight(struct minimize *m, const struct xs_case *c, struct duel *d)
{
	*d = (struct duel){ 0 };
	for (uint32_t i = 0; i < PAIRS; i++) {
		int result, itself = 0;

		xs_trials_note(m->t, i + 1, "the result beside the case itself", "comparing");
		result = xs_trials_run(m->t, c, m->t->run_ms, &d->result);
		if (result >= 0)
			itself = xs_trials_run(m->t, &m->t->c, m->t->run_ms, &d->itself);
		if (result < 0 || itself < 0)
			return result < 0 ? result : itself;
		d->only_result += result && !itself;
		d->only_itself += itself && !result;
	}
	return 0;
}

/* Fewer hits, or half as many per second at most: in one of twenty duels that is mere chance. */
static bool lost(const struct duel *d)
{
	return xs_sign_test(d->only_result, d->only_itself) <= XS_ERROR_RATE ||
	       xs_slower(d->result.hits, d->result.spent_ns, d->itself.hits, d->itself.spent_ns,
			 xs_slower_factor(d->result.hits, d->itself.hits));
}

/*
 * The last step that hits as often as the case itself, by bisection, as the
 * first one does: .steps where all is well.
 */
static int find_good(struct minimize *m, struct duel *d, uint32_t *step)
{
	uint32_t good = 0, bad = m->reduce.steps;
	int rc = fight(m, &m->reduce.step[bad].c, d);

	*step = bad;
	if (rc || !lost(d))
		return rc;
	while (!rc && bad - good > 1) {
		const uint32_t middle = good + (bad - good) / 2;
		struct duel other;

		rc = fight(m, &m->reduce.step[middle].c, &other);
		if (lost(&other))
			bad = middle;
		else
			good = middle;
	}
	*step = good;
	return rc;
}

/* Compare, and take steps back until the result is as good as the case itself. */
static int compare(struct minimize *m, struct duel *d)
{
	uint32_t good;
	int rc;

	for (;;) {
		rc = find_good(m, d, &good);
		if (rc || good == m->reduce.steps)
			return rc;
		xs_progress_clear(&m->t->r->progress);
		printf("  less often than the case itself, and so not: %s\n",
		       m->reduce.step[good + 1].name);
		rc = xs_reduce_back(&m->reduce, good);
		if (!rc)
			rc = save(m, xs_reduce_best(&m->reduce), "not finished");
		if (!rc)
			rc = try_all(m);
		if (rc)
			return rc;
	}
}

/* Name, length and comments of the result. */
static int finish(struct minimize *m, const struct duel *d)
{
	struct xs_case c = *xs_reduce_best(&m->reduce);
	char compared[96];

	snprintf(compared, sizeof(compared), "%u of %u runs of %u ms hit, of the case itself %u",
		 d->result.hits, d->result.runs, m->t->run_ms, d->itself.hits);
	if (d->result.hits)
		c.duration_ms = xs_sure_length_ms(d->result.hits, d->result.runs, m->t->run_ms);
	snprintf(c.name, sizeof(c.name), "%.*s-min", (int)sizeof(c.name) - 5, m->t->c.name);
	xs_progress_clear(&m->t->r->progress);
	if (save(m, &c, compared))
		return 2;
	printf("%s: %s\n", c.name, compared);
	printf("  rate               %.3g hits per second of run, of the case itself %.3g\n",
	       xs_score_rate(&d->result), xs_score_rate(&d->itself));
	printf("  size               %" PRIu64 ", was %" PRIu64 "; %u of %u simplifications kept\n",
	       xs_case_size(&c), xs_case_size(&m->t->c), m->reduce.steps, m->tests);
	printf("  case saved: xsavage replay %s\n", m->shown);
	return 0;
}

/* It ended early: what is kept is saved. */
static int cut_short(const struct minimize *m, int rc)
{
	xs_progress_clear(&m->t->r->progress);
	if (m->reduce.steps)
		printf("Stopped early. The best case so far, not yet compared, is in\n  %s\n"
		       "The same command again goes on from there.\n",
		       m->shown);
	else
		printf("Stopped early: nothing could be left out until then.\n");
	return xs_trials_why(m->t, rc);
}

static int minimize(struct minimize *m)
{
	struct xs_trials *t = m->t;
	const uint64_t end_ns = t->end_ns;
	struct duel d;
	int rc;

	printf("%s: %s, %u of %u runs hit; of %u ms, %u of %u\n", t->c.name,
	       xs_verdict_names[t->kind], t->score.hits, t->score.runs, t->run_ms, t->control.hits,
	       t->control.runs);
	if (end_ns)
		t->end_ns = t->r->begin_ns +
			    (uint64_t)(TRIAL_SHARE * (double)(end_ns - t->r->begin_ns));
	rc = try_all(m);
	t->end_ns = end_ns;
	if (rc && rc != -ETIME)
		return xs_trials_over(rc) ? cut_short(m, rc) : 2;
	if (rc)
		printf("The time is nearly up: not all simplifications were tried. The same "
		       "command again goes on.\n");
	rc = compare(m, &d);
	if (rc)
		return xs_trials_over(rc) ? cut_short(m, rc) : 2;
	return finish(m, &d);
}

int xs_minimize(struct xs_trials *t)
{
	struct minimize m = { .t = t, .origin = xs_case_hash(&t->c) };
	int rc, code = 2;

	if (name_output(&m))
		return code;
	if (xs_reduce_begin(&m.reduce, &t->c, t->r->session.registers))
		fprintf(stderr, "xsavage: no memory\n");
	else if (!resume(&m)) {
		rc = xs_trials_measure(t);
		code = rc ? xs_trials_exit(t, rc) : minimize(&m);
		xs_tally_close(&t->tally);
	}
	xs_reduce_end(&m.reduce);
	return code;
}
