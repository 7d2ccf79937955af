// SPDX-License-Identifier: GPL-2.0-only
/* arena/...: what a short case costs, in the way of a fuzzer: one after the other. */
#include <errno.h>

#include "lab.h"
#include "report/interval.h"

#define MORE_SIGNALS 64u /* the longer case of a pair has so many more */
#define STAY_BATCH   32u
#define FORK_BATCH   4u

static const struct xs_run_options stay = { .stay = true };
static const struct xs_run_options leave = { .stay = false };
static const struct xs_run_options observe = { .stay = true, .observe = true };

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static int run_short(struct xs_measure *m, const struct xs_run_options *options)
{
	struct xs_case c;

	xs_lab_case(&c, 1);
	return xs_lab_run(m, &c, options);
}

/* The children that stay have to be there. */
static int run_first(struct xs_measure *m)
{
	return run_short(m, &stay);
}

/* One case after the other, with children that stay, or are created for each. */
static int run_case(struct xs_measure *m)
{
	const int rc = run_short(m, m->key[0] ? &leave : &stay);

	if (!rc)
		xs_evidence_add(m->state, &m->lab->outcome.verdict.evidence);
	return rc;
}

static void report_cases(struct xs_measure *m)
{
	const struct xs_evidence *sum = m->state;

	xs_bench_rate(m->b, "cases/s", (double)m->rounds);
	xs_bench_counter(m->b, "in_window",
			 share(sum->signals, sum->signals + sum->outside + sum->missed));
	xs_bench_counter(m->b, "faulted", share(sum->faults_save, sum->sampled));
}

static const char *const lives[] = { "stay", "fork" };
static const struct xs_family cases = {
	.name = "arena",
	.help = "  arena/stay      a case of one signal, again and again, with children that stay\n"
		"  arena/fork      the same with children that are created for each case\n",
	.list = { XS_WORDS(lives) },
	.bytes = sizeof(struct xs_evidence),
	.prepare = run_first,
	.round = run_case,
	.report = report_cases,
};
XS_FAMILY(cases);

enum { STAY, FORK, PER_MILLE, IDLE, RATIO_ROWS };

/* Some cases in a row: 0 with the time of one in *ns, or -ECANCELED. */
static int run_batch(struct xs_measure *m, const struct xs_case *c,
		     const struct xs_run_options *options, uint32_t n, uint64_t *ns, uint64_t *idle)
{
	uint64_t sum_ns = 0;

	/* The first one creates the children that stay, or ends them. */
	if (xs_lab_run(m, c, options))
		return -ECANCELED;
	for (uint32_t i = 0; i < n; i++) {
		if (xs_lab_run(m, c, options))
			return -ECANCELED;
		sum_ns += m->ns;
		*idle += m->lab->outcome.verdict.kind == XS_INCONCLUSIVE;
	}
	*ns = sum_ns / n;
	return 0;
}

/* A batch of each kind, in turn, so that what else the machine does meets both. */
static int run_ratio(struct xs_measure *m)
{
	uint64_t stay_ns, fork_ns, idle = 0;
	struct xs_case c;

	xs_lab_case(&c, 1);
	if (m->key[0])
		xs_lab_press(&c, 1);
	if (run_batch(m, &c, &stay, STAY_BATCH, &stay_ns, &idle) ||
	    run_batch(m, &c, &leave, FORK_BATCH, &fork_ns, &idle))
		return -ECANCELED;
	m->ns = STAY_BATCH * stay_ns + FORK_BATCH * fork_ns;
	xs_lab_set(m, STAY, stay_ns);
	xs_lab_set(m, FORK, fork_ns);
	xs_lab_set(m, PER_MILLE, 1000 * fork_ns / stay_ns);
	xs_lab_set(m, IDLE, idle);
	return 0;
}

static void report_ratio(struct xs_measure *m)
{
	const struct xs_spread ratio = xs_spread(m->row + PER_MILLE * m->room, m->rounds);
	uint64_t idle = 0;

	xs_bench_counter(m->b, "ratio", (double)ratio.median / 1e3);
	xs_bench_counter(m->b, "ratio_least", (double)ratio.min / 1e3);
	xs_bench_counter(m->b, "ratio_most", (double)ratio.max / 1e3);
	xs_bench_counter(m->b, "stay_us", xs_lab_median(m, STAY, 1e3));
	xs_bench_counter(m->b, "fork_us", xs_lab_median(m, FORK, 1e3));
	for (uint64_t i = 0; i < m->rounds; i++)
		idle += m->row[IDLE * m->room + i];
	if (m->key[0])
		xs_bench_counter(m->b, "idle", share(idle, m->rounds * (STAY_BATCH + FORK_BATCH)));
}

static const char *const ratios[] = { "ratio", "pressure" };
static const struct xs_family ratio = {
	.name = "arena",
	.help = "  arena/ratio     fork : stay, in turn\n"
		"  arena/pressure  the same with a vector process beside, on the same CPU\n",
	.list = { XS_WORDS(ratios) },
	.rows = RATIO_ROWS,
	.round = run_ratio,
	.report = report_ratio,
};
XS_FAMILY(ratio);

enum { ONE, MORE, COST_ROWS };

/*
 * time(n) = arena + n * signal, from a short and a longer case in turn. Medians: the mean of
 * the short one's would be that of what interrupted it.
 */
static int run_cost(struct xs_measure *m)
{
	const struct xs_run_options *options = m->key[0] ? &observe : &stay;
	struct xs_case more;
	uint64_t one_ns;

	xs_lab_case(&more, 1 + MORE_SIGNALS);
	if (run_short(m, options))
		return -ECANCELED;
	one_ns = m->ns;
	if (xs_lab_run(m, &more, options))
		return -ECANCELED;
	xs_lab_set(m, ONE, one_ns);
	xs_lab_set(m, MORE, m->ns);
	m->ns += one_ns;
	return 0;
}

static void report_cost(struct xs_measure *m)
{
	const double one_us = xs_lab_median(m, ONE, 1e3);
	const double signal_us = (xs_lab_median(m, MORE, 1e3) - one_us) / MORE_SIGNALS;

	xs_bench_counter(m->b, "case_us", one_us);
	xs_bench_counter(m->b, "signal_us", signal_us);
	xs_bench_counter(m->b, "arena_us", one_us - signal_us);
}

static const char *const costs[] = { "cost", "observe" };
static const struct xs_family cost = {
	.name = "arena",
	.help = "  arena/cost      the time of a case, split: the arena's own, and a signal's\n"
		"  arena/observe   the same while it counts what the kernel does, as for a "
		"fuzzer\n",
	.list = { XS_WORDS(costs) },
	.rows = COST_ROWS,
	.prepare = run_first,
	.round = run_cost,
	.report = report_cost,
};
XS_FAMILY(cost);
