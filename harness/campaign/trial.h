/* SPDX-License-Identifier: GPL-2.0-only */
/* Many runs of a case and of its variants, to see which of them hit as often. */
#ifndef XS_TRIAL_H
#define XS_TRIAL_H

#include "campaign/runner.h"
#include "campaign/tally.h"
#include "campaign/sequential.h"

#define XS_TRIALS_RUNS 20u /* of the case itself, where nobody says more */

/* What the runs of one variant came to. */
struct xs_score {
	uint32_t runs, hits;
	uint64_t spent_ns;	       /* until the hit, or the whole run */
	uint32_t by_class[XS_CLASSES]; /* of hits: what the first finding holds */
};

/* A case as it is taken apart, and as it was measured. */
struct xs_trials {
	/* From the caller: */
	struct xs_runner *r;
	const char *file;
	const char *out; /* of xs_minimize(): where the result goes; NULL: beside the case */
	struct xs_case c;
	uint32_t runs_max, seconds; /* of the case itself; of everything, 0: no limit */
	const char *html;	    /* of xs_mail(): where a page goes, too; or NULL */
	/* Told of the first hit, which holds until the next run; or NULL. */
	void (*hit)(void *arg, const struct xs_result *result);
	void *arg;

	uint64_t end_ns;	   /* 0: no limit */
	enum xs_verdict_kind kind; /* what counts as a hit */
	struct xs_tally tally;	   /* of the case itself, as long as it says */
	struct xs_score score;
	uint32_t run_ms;	 /* how long a run of a variant lasts */
	struct xs_score control; /* of the case itself in runs of that length */
};

/**
 * xs_trials_measure() - run the case itself, and say how it went
 *
 * Up to ten hits, or .runs_max runs, each as long as the case says. Sets .kind
 * and .run_ms, and goes on with runs of that length, as many as xs_standard_known() wants.
 * Return: 0; -ENOENT where it never hit, -EOPNOTSUPP where it cannot run here, -EIO where the
 * harness failed, each said on standard output or error; -ENOMEM; or as xs_trials_run().
 * .tally is the caller's to close.
 */
int xs_trials_measure(struct xs_trials *t);

/**
 * xs_trials_run() - one run of a variant
 * @score: counts it
 *
 * Return: 1 for a hit, 0 for none, -EOPNOTSUPP where it cannot run here, -EIO
 * where the harness failed; -EINTR, -EBUSY (an immortal process), -ETIME
 * (after -t), -EPIPE (nobody reads) end everything.
 */
int xs_trials_run(struct xs_trials *t, const struct xs_case *c, uint32_t run_ms,
		  struct xs_score *score);

/**
 * xs_trials_test() - run a variant until its test decides, or has had all its runs
 * @weigh: until xs_sequential_weight() does, with longer runs where it has not hit;
 *	else xs_sequential_decision()
 *
 * It begins with a run of the case itself: what changes on the machine meanwhile changes
 * what the variant has to reach. Return: 0, or an error of xs_trials_run().
 */
int xs_trials_test(struct xs_trials *t, const struct xs_case *c, bool weigh,
		   struct xs_sequential *test, struct xs_score *score);

/** xs_trials_exit() - the exit code after an error of xs_trials_measure(), which has said why */
int xs_trials_exit(const struct xs_trials *t, int rc);

/** xs_trials_over() - whether an error of xs_trials_run() ends everything. Pure. */
bool xs_trials_over(int rc);

/**
 * xs_trials_why() - print why it ended early, to standard error
 *
 * Return: the exit code: 130 or 143, 0 where only the time was up, else 2.
 */
int xs_trials_why(const struct xs_trials *t, int rc);

/** xs_trials_note() - what the progress line says of the variant under test */
void xs_trials_note(struct xs_trials *t, uint32_t number, const char *name, const char *verdict);

/** xs_trials_slow() - whether a variant that hits as many runs needs three times as long for it */
bool xs_trials_slow(const struct xs_trials *t, const struct xs_score *score);

/**
 * xs_score_add() - one more run
 * @kind: of a hit
 *
 * Return: 1 for a hit, 0 for none; -EOPNOTSUPP, -EIO, and nothing is counted: it said nothing.
 * Pure.
 */
int xs_score_add(struct xs_score *score, const struct xs_verdict *v, const struct xs_ending *ending,
		 enum xs_verdict_kind kind);

/** xs_score_class() - what most hits hold, as "foreign"; "" where there are none */
const char *xs_score_class(const struct xs_score *score);

/** xs_score_rate() - hits per second of run */
double xs_score_rate(const struct xs_score *score);

/** xs_explain() - what of the case its finding needs, as a table. Return: the exit code. */
int xs_explain(struct xs_trials *t);

/** xs_mail() - a mail about the case to its maintainers, and a page. Return: the exit code. */
int xs_mail(struct xs_trials *t);

/** xs_minimize() - take from the case what its finding does not need. Return: the exit code. */
int xs_minimize(struct xs_trials *t);

#endif
