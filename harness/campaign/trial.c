// SPDX-License-Identifier: GPL-2.0-only
/* Runs a case and its variants, and counts; for the commands that take a case apart. */
#include "campaign/trial.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/interval.h"
#include "report/names.h"
#include "task/sys.h"

#define HITS_ENOUGH 10u
#define SLOW_FACTOR 3
#define HANG_MS	    10000u /* without progress */
#define NS_PER_MS   1000000u

void xs_trials_note(struct xs_trials *t, uint32_t number, const char *name, const char *verdict)
{
	t->r->line.number = number;
	t->r->line.name = name;
	t->r->line.verdict = verdict;
}

/* Time that a hit took to show. */
static uint64_t spent_ns(const struct xs_verdict *v, const struct xs_ending *ending)
{
	if (v->findings)
		return v->finding[0].record->since_start_ns;
	/* A hang shows so much later than it begins. */
	if (v->kind == XS_HANG && ending->elapsed_ns > (uint64_t)HANG_MS * NS_PER_MS)
		return ending->elapsed_ns - (uint64_t)HANG_MS * NS_PER_MS;
	return ending->elapsed_ns;
}

int xs_score_add(struct xs_score *score, const struct xs_verdict *v, const struct xs_ending *ending,
		 enum xs_verdict_kind kind)
{
	const bool hit = v->kind == kind;

	if (v->kind == XS_SKIP)
		return -EOPNOTSUPP;
	if (v->kind == XS_ERROR)
		return -EIO;
	score->runs++;
	score->hits += hit;
	score->spent_ns += hit ? spent_ns(v, ending) : ending->elapsed_ns;
	if (hit && v->findings)
		score->by_class[v->finding[0].class]++;
	return hit;
}

static int run(struct xs_trials *t, const struct xs_case *c, uint32_t run_ms, bool brief)
{
	const struct xs_run_options options = { .hang_ms = HANG_MS, .brief = brief };
	const struct xs_verdict *v = &t->r->outcome.verdict;
	const uint64_t from_ns = xs_now_ns();
	struct xs_case shorter = *c;
	bool cut = false;

	if (t->r->outcome.ending.immortal)
		return -EBUSY;
	if (t->end_ns && from_ns >= t->end_ns)
		return -ETIME;
	if (!xs_runner_flush(t->r))
		return -EPIPE;
	shorter.duration_ms = run_ms;
	if (t->end_ns && (t->end_ns - from_ns) / NS_PER_MS < run_ms) {
		cut = true;
		shorter.duration_ms = (uint32_t)((t->end_ns - from_ns) / NS_PER_MS) + 1;
	}
	t->r->line.elapsed_ns = from_ns - t->r->begin_ns;
	xs_runner_run(t->r, &shorter, options);
	if (v->interrupted)
		return -EINTR;
	/* Cut short, and without a finding: that says nothing. */
	return cut && (v->kind == XS_PASS || v->kind == XS_INCONCLUSIVE) ? -ETIME : 0;
}

static int score_run(const struct xs_trials *t, struct xs_score *score)
{
	return xs_score_add(score, &t->r->outcome.verdict, &t->r->outcome.ending, t->kind);
}

int xs_trials_run(struct xs_trials *t, const struct xs_case *c, uint32_t run_ms,
		  struct xs_score *score)
{
	const int rc = run(t, c, run_ms, true);

	return rc ? rc : score_run(t, score);
}

bool xs_trials_over(int rc)
{
	return rc == -EINTR || rc == -EBUSY || rc == -ETIME || rc == -EPIPE;
}

int xs_trials_why(const struct xs_trials *t, int rc)
{
	if (rc == -ETIME) {
		fprintf(stderr, "xsavage: %u s are over (-t)\n", t->seconds);
		return 0;
	}
	if (rc == -EINTR)
		return 128 + t->r->outcome.verdict.interrupted;
	if (rc == -EBUSY)
		xs_say_immortal();
	else
		fprintf(stderr, "xsavage: %s\n", strerror(t->r->error ? t->r->error : -rc));
	return 2;
}

int xs_trials_exit(const struct xs_trials *t, int rc)
{
	int code;

	if (rc == -EINTR || rc == -ETIME)
		printf("%s: stopped early; %u of %u runs hit until then\n", t->c.name,
		       t->score.hits, t->score.runs);
	if (rc == -ENOENT || rc == -EOPNOTSUPP)
		return 4;
	if (rc == -EIO)
		return 2;
	code = xs_trials_why(t, rc);
	return rc == -ETIME ? 4 : code;
}

/* One run of the case itself: as xs_trials_run(). */
static int run_itself(struct xs_trials *t)
{
	const struct xs_result result = xs_runner_result(t->r, &t->c);
	const struct xs_verdict *v = result.verdict;
	int rc = run(t, &t->c, t->c.duration_ms, !t->hit);

	if (rc)
		return rc;
	/* Until it hits, whatever is bad is a hit. */
	if (!t->tally.hits)
		t->kind = xs_verdict_is_bad(v->kind) ? v->kind : XS_CORRUPT;
	xs_tally_add(&t->tally, v);
	rc = score_run(t, &t->score);
	if (rc > 0 && t->hit && t->score.hits == 1)
		t->hit(t->arg, &result);
	return rc;
}

static int control(struct xs_trials *t)
{
	const int rc = xs_trials_run(t, &t->c, t->run_ms, &t->control);

	return rc < 0 ? rc : 0;
}

int xs_trials_test(struct xs_trials *t, const struct xs_case *c, bool weigh,
		   struct xs_sequential *test, struct xs_score *score)
{
	const uint32_t most =
		t->c.duration_ms / t->run_ms; /* no run is longer than the case says */
	int rc = control(t);

	xs_sequential_begin(test, xs_chance(t->control.hits, t->control.runs));
	while (rc >= 0 && !xs_sequential_full(test) &&
	       (weigh ? xs_sequential_weight(test) == XS_WEIGHT_OPEN
		      : xs_sequential_decision(test) == XS_OPEN)) {
		uint32_t units = weigh ? xs_sequential_units(test) : 1;

		units = units < most ? units : most;
		rc = xs_trials_run(t, c, units * t->run_ms, score);
		if (rc >= 0)
			xs_sequential_add(test, rc, units);
	}
	return rc < 0 ? rc : 0;
}

static int refused(struct xs_trials *t, int rc)
{
	char name[XS_PRINTABLE_BYTES];

	xs_progress_clear(&t->r->progress);
	fprintf(stderr, "xsavage: %s cannot run here: %s\n", xs_printable(name, t->file),
		t->r->outcome.verdict.why);
	return rc;
}

static void say_never(const struct xs_trials *t)
{
	const struct xs_interval i = xs_wilson(0, t->score.runs);

	if (!t->score.runs) {
		printf("%s: the time (-t) was over before its first run of %u ms.\n", t->c.name,
		       t->c.duration_ms);
		return;
	}
	printf("%s does not reproduce: 0 of %u runs hit, each of %u ms (95 %% interval 0.0-%.1f "
	       "%%).\n",
	       t->c.name, t->score.runs, t->c.duration_ms, 100 * i.high);
	if (t->r->outcome.verdict.kind == XS_INCONCLUSIVE)
		printf("  The last run was inconclusive: %s\n", t->r->outcome.verdict.why);
	printf("  More runs: -n. Rare findings depend on the machine, the kernel's preemption\n"
	       "  model, and what else is running.\n");
}

int xs_trials_measure(struct xs_trials *t)
{
	int rc = xs_tally_open(&t->tally, t->runs_max);

	t->r->line.total_ns = (uint64_t)t->seconds * 1000000000;
	t->end_ns = t->seconds ? t->r->begin_ns + t->r->line.total_ns : 0;
	if (rc)
		return rc;
	while (t->score.hits < HITS_ENOUGH && t->score.runs < t->runs_max && rc >= 0) {
		xs_trials_note(t, t->score.runs + 1, t->c.name,
			       t->score.hits ? "it hits" : "no hit yet");
		rc = run_itself(t);
	}
	xs_progress_clear(&t->r->progress);
	if (rc == -EOPNOTSUPP || rc == -EIO)
		return refused(t, rc);
	if (rc < 0 && !(rc == -ETIME || rc == -EBUSY))
		return rc;
	if (!t->score.hits) {
		say_never(t);
		return -ENOENT;
	}
	t->run_ms = xs_run_length_ms(t->score.spent_ns, t->score.hits, t->c.duration_ms);
	rc = rc < 0 ? rc : 0;
	while (!rc && !xs_standard_known(t->control.hits, t->control.runs)) {
		xs_trials_note(t, t->control.runs + 1, t->c.name, "it hits");
		rc = control(t);
	}
	return rc;
}

const char *xs_score_class(const struct xs_score *score)
{
	uint32_t most = XS_CLASS_NONE;

	for (uint32_t i = 0; i < XS_CLASSES; i++)
		if (score->by_class[i] > score->by_class[most])
			most = i;
	return score->by_class[most] ? xs_class_names[most] : "";
}

bool xs_trials_slow(const struct xs_trials *t, const struct xs_score *score)
{
	return xs_slower(score->hits, score->spent_ns, t->control.hits, t->control.spent_ns,
			 SLOW_FACTOR);
}

double xs_score_rate(const struct xs_score *score)
{
	return score->spent_ns ? 1e9 * score->hits / (double)score->spent_ns : 0;
}
