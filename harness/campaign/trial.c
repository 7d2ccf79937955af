// SPDX-License-Identifier: GPL-2.0-only
/* Runs a case and its variants, and counts; for the commands that take a case apart. */
#include "campaign/trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/interval.h"
#include "report/names.h"
#include "task/sys.h"

#define RUNS_MAX    10000u
#define SECONDS_MAX 604800u
#define HITS_ENOUGH 10u
#define SLOW_FACTOR 3
#define HANG_MS	    10000u /* without progress */
#define NS_PER_MS   1000000u

static const struct argp_option trial_options[] = {
	{ "runs", 'n', "N", 0,
	  "run the case itself up to N times, until it has hit ten times (default 20)", 0 },
	{ "time", 't', "SECONDS", 0, "end after this long, with what is known then", 0 },
	XS_ALLOW_ROW,
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct xs_trials *t = state->input;

	switch (key) {
	case 'n':
		t->runs_max = xs_number(state, "-n", arg, RUNS_MAX);
		return 0;
	case 't':
		t->seconds = xs_number(state, "-t", arg, SECONDS_MAX);
		return 0;
	case XS_OPTION_ALLOW:
		t->output.allowed |= xs_allow(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		if (t->file)
			argp_error(state, "one case at a time");
		t->file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which case? Saved cases end in .case");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp trial_argp = { .options = trial_options, .parser = parse_option };

const struct argp_child xs_trials_children[] = { { &trial_argp, 0, NULL, 0 }, { 0 } };

int xs_trials_open(struct xs_trials *t)
{
	char why[XS_WHY_BYTES] = "";
	int rc;

	t->begin_ns = xs_now_ns();
	t->end_ns = t->seconds ? t->begin_ns + (uint64_t)t->seconds * 1000000000u : 0;
	rc = xs_case_load(&t->c, t->file, why);
	if (!rc)
		rc = xs_session_open(&t->session, why);
	if (!rc)
		rc = xs_tally_open(&t->tally, t->runs_max);
	if (rc) {
		fprintf(stderr, "xsavage: %s\n", why[0] ? why : strerror(-rc));
		return rc;
	}
	t->session.allowed = t->output.allowed;
	xs_triage_of(&t->triage, &t->session);
	t->output.total_ns = (uint64_t)t->seconds * 1000000000u;
	return xs_output_open(&t->output, &t->triage);
}

void xs_trials_close(struct xs_trials *t)
{
	xs_progress_clear(&t->output.progress);
	xs_tally_close(&t->tally);
	if (t->session.arena)
		xs_session_close(&t->session);
}

void xs_trials_note(struct xs_trials *t, uint32_t number, const char *name, const char *verdict)
{
	t->output.number = number;
	t->output.name = name;
	t->output.verdict = verdict;
}

/* Time that a run took to show what it shows; without a hit, all of it. */
static uint64_t spent_ns(const struct xs_trials *t, bool hit)
{
	const struct xs_ending *ending = &t->outcome.ending;
	const struct xs_verdict *v = &t->outcome.verdict;

	if (!hit)
		return ending->elapsed_ns;
	if (v->findings)
		return v->finding[0].record->since_start_ns;
	/* A hang shows so much later than it begins. */
	if (v->kind == XS_HANG && ending->elapsed_ns > (uint64_t)HANG_MS * NS_PER_MS)
		return ending->elapsed_ns - (uint64_t)HANG_MS * NS_PER_MS;
	return ending->elapsed_ns;
}

static int count(struct xs_trials *t, struct xs_score *score)
{
	const struct xs_verdict *v = &t->outcome.verdict;
	const bool hit = v->kind == t->kind;

	if (v->kind == XS_SKIP)
		return -EOPNOTSUPP;
	if (v->kind == XS_ERROR)
		return -EIO;
	score->runs++;
	score->hits += hit;
	score->spent_ns += spent_ns(t, hit);
	if (hit && v->findings)
		score->by_class[v->finding[0].class]++;
	return hit;
}

static int run(struct xs_trials *t, const struct xs_case *c, uint32_t run_ms, bool brief)
{
	struct xs_run_options options = xs_output_options(&t->output);
	const uint64_t from_ns = xs_now_ns();
	struct xs_case shorter = *c;
	bool cut = false;

	if (t->end_ns && from_ns >= t->end_ns)
		return -ETIME;
	if (!xs_output_flush(&t->output))
		return -EPIPE;
	options.hang_ms = HANG_MS;
	options.brief = brief;
	shorter.duration_ms = run_ms;
	if (t->end_ns && (t->end_ns - from_ns) / NS_PER_MS < run_ms) {
		cut = true;
		shorter.duration_ms = (uint32_t)((t->end_ns - from_ns) / NS_PER_MS) + 1;
	}
	t->output.before.elapsed_ns = from_ns - t->begin_ns;
	xs_session_run(&t->session, &shorter, &options, &t->outcome);
	t->interrupted = t->outcome.verdict.interrupted;
	t->immortal = xs_left_immortal(&t->outcome);
	if (t->interrupted)
		return -EINTR;
	/* Cut short, and without a finding: that says nothing. */
	cut &= t->outcome.verdict.kind == XS_PASS || t->outcome.verdict.kind == XS_INCONCLUSIVE;
	return cut ? -ETIME : 0;
}

int xs_trials_run(struct xs_trials *t, const struct xs_case *c, uint32_t run_ms,
		  struct xs_score *score)
{
	int rc;

	if (t->immortal)
		return -EBUSY;
	rc = run(t, c, run_ms, true);
	return rc ? rc : count(t, score);
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
		return 128 + t->interrupted;
	if (rc == -EBUSY)
		xs_say_immortal();
	else
		fprintf(stderr, "xsavage: %s\n",
			t->output.error ? strerror(t->output.error) : strerror(-rc));
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
static int run_itself(struct xs_trials *t, FILE *finding)
{
	const struct xs_result result = { .c = &t->c,
					  .plan = &t->outcome.plan,
					  .verdict = &t->outcome.verdict,
					  .ending = &t->outcome.ending };
	int rc = t->immortal ? -EBUSY : run(t, &t->c, t->c.duration_ms, !finding);

	if (rc)
		return rc;
	if (!t->tally.hits)
		t->kind = t->outcome.verdict.kind;
	if (!t->tally.hits && !xs_verdict_is_bad(t->kind))
		t->kind = XS_CORRUPT; /* no hit yet: this run is none */
	xs_tally_add(&t->tally, &t->outcome);
	rc = count(t, &t->score);
	if (rc > 0 && finding && t->score.hits == 1)
		xs_report_verdict(finding, "", &result);
	return rc;
}

static int control(struct xs_trials *t)
{
	const int rc = xs_trials_run(t, &t->c, t->run_ms, &t->control);

	return rc < 0 ? rc : 0;
}

int xs_trials_begin(struct xs_trials *t, struct xs_sequential *test)
{
	const int rc = control(t);

	xs_sequential_begin(test, xs_chance(t->control.hits, t->control.runs));
	return rc;
}

static int refused(struct xs_trials *t, int rc)
{
	char name[XS_PRINTABLE_BYTES];

	xs_progress_clear(&t->output.progress);
	fprintf(stderr, "xsavage: %s cannot run here: %s\n", xs_printable(name, t->file),
		t->outcome.verdict.why);
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
	if (t->outcome.verdict.kind == XS_INCONCLUSIVE)
		printf("  The last run was inconclusive: %s\n", t->outcome.verdict.why);
	printf("  More runs: -n. Rare findings depend on the machine, the kernel's preemption\n"
	       "  model, and what else is running.\n");
}

int xs_trials_measure(struct xs_trials *t, FILE *finding)
{
	int rc = 0;

	while (t->score.hits < HITS_ENOUGH && t->score.runs < t->runs_max && rc >= 0) {
		xs_trials_note(t, t->score.runs + 1, t->c.name,
			       t->score.hits ? "it hits" : "no hit yet");
		rc = run_itself(t, finding);
	}
	xs_progress_clear(&t->output.progress);
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
