// SPDX-License-Identifier: GPL-2.0-only
/* arena/mixture: what the fuzzer's own cases cost, which are not small. */
#include <errno.h>

#include "fuzz/budget.h"
#include "fuzz/mutate.h"
#include "lab.h"
#include "report/interval.h"
#include "task/sys.h"

#define CASES	  64u
#define STEPS	  8u /* the fuzzer changes the cases that it keeps: some are as many changes away, */
#define MUTATIONS 3u /* at as many a step, from the usual one */

struct mixture {
	struct xs_case c[CASES];
	uint64_t by_verdict[XS_VERDICTS];
};

/* The same cases each time, as far as the machine has what they need. */
static int make_cases(struct xs_measure *m)
{
	const struct xs_repertoire *r = xs_session_repertoire(&m->lab->session);
	struct mixture *x = m->state;

	for (uint32_t i = 0; i < CASES; i++) {
		const uint32_t mutations = (1 + i % STEPS) * MUTATIONS;

		xs_repertoire_default(r, &x->c[i]);
		for (uint32_t k = 0; k < mutations; k++) {
			xs_mutate(&x->c[i], r, i * STEPS * MUTATIONS + k);
			xs_budget_slim(&x->c[i]);
		}
		xs_budget_cut(&x->c[i]);
	}
	return 0;
}

/* What is missing, or came to nothing, counts. */
static int run_one(struct xs_measure *m, uint32_t i)
{
	static const struct xs_run_options options = { .stay = true, .observe = true };
	const struct xs_verdict *v = &m->lab->outcome.verdict;
	struct mixture *x = m->state;
	uint64_t from_ns;

	if (m->lab->interrupted)
		return xs_lab_stopped(m);
	from_ns = xs_now_ns();
	xs_session_run(&m->lab->session, &x->c[i], &options, &m->lab->outcome);
	m->lab->interrupted = v->interrupted;
	if (v->interrupted)
		return xs_lab_stopped(m);
	if (v->kind == XS_ERROR)
		return xs_lab_error(m, v->why);
	if (xs_verdict_is_bad(v->kind))
		return xs_lab_found(m, xs_verdict_names[v->kind]);
	x->by_verdict[v->kind]++;
	xs_lab_set(m, i, xs_now_ns() - from_ns);
	return 0;
}

static int run_all(struct xs_measure *m)
{
	const uint64_t from_ns = xs_now_ns();

	for (uint32_t i = 0; i < CASES; i++)
		if (run_one(m, i))
			return -ECANCELED;
	m->ns = xs_now_ns() - from_ns;
	return 0;
}

static void report_cases(struct xs_measure *m)
{
	const struct mixture *x = m->state;
	const double all = (double)(m->rounds * CASES);
	uint64_t each[CASES];
	struct xs_spread us;

	for (uint32_t i = 0; i < CASES; i++)
		each[i] = (uint64_t)xs_lab_median(m, i, 1e3);
	us = xs_spread(each, CASES);
	xs_bench_rate(m->b, "cases/s", all);
	xs_bench_counter(m->b, "inconclusive", (double)x->by_verdict[XS_INCONCLUSIVE] / all);
	xs_bench_counter(m->b, "skipped", (double)x->by_verdict[XS_SKIP] / all);
	xs_bench_counter(m->b, "median_us", (double)us.median);
	xs_bench_counter(m->b, "most_us", (double)us.max);
}

static const char *const mixtures[] = { "mixture" };
static const struct xs_family mixture = {
	.name = "arena",
	.help = "  arena/mixture   cases as the fuzzer makes them, 64 in turn\n",
	.list = { XS_WORDS(mixtures) },
	.bytes = sizeof(struct mixture),
	.rows = CASES,
	.prepare = make_cases,
	.round = run_all,
	.report = report_cases,
};
XS_FAMILY(mixture);
