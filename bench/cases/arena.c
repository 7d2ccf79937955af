// SPDX-License-Identifier: GPL-2.0-only
/* arena/...: what a short case costs, in the way of a fuzzer: one after the other. */
#include <errno.h>
#include <stdlib.h>

#include "lab.h"
#include "pressure/pressure.h"
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

/* One case after the other. */
static void run_cases(struct xs_bench *b, struct xs_lab *lab, const struct xs_run_options *options)
{
	const struct xs_evidence *e = &lab->outcome.verdict.evidence;
	struct xs_evidence sum = { 0 };
	uint64_t ns, cases = 0;
	struct xs_case c;

	xs_lab_case(&c, 1);
	/* The children that stay have to be there. */
	if (xs_lab_run(lab, b, &c, options, &ns))
		return;
	while (xs_bench_next(b)) {
		if (xs_lab_run(lab, b, &c, options, &ns))
			return;
		xs_bench_time(b, ns);
		xs_evidence_add(&sum, e);
		cases++;
	}
	xs_bench_rate(b, "cases/s", (double)cases);
	xs_bench_counter(b, "in_window",
			 share(sum.signals, sum.signals + sum.outside + sum.missed));
	xs_bench_counter(b, "faulted", share(sum.faults_save, sum.sampled));
}

static void run_stay(struct xs_bench *b, void *lab)
{
	run_cases(b, lab, &stay);
}

static void run_fork(struct xs_bench *b, void *lab)
{
	run_cases(b, lab, &leave);
}

/* Some cases in a row: 0 with the time of one in *ns, or -ECANCELED. */
static int run_batch(struct xs_bench *b, struct xs_lab *lab, const struct xs_case *c,
		     const struct xs_run_options *options, uint32_t cases, uint64_t *ns,
		     uint64_t *idle)
{
	uint64_t sum_ns = 0, one_ns;

	/* The first one creates the children that stay, or ends them. */
	if (xs_lab_run(lab, b, c, options, &one_ns))
		return -ECANCELED;
	for (uint32_t i = 0; i < cases; i++) {
		if (xs_lab_run(lab, b, c, options, &one_ns))
			return -ECANCELED;
		sum_ns += one_ns;
		*idle += lab->outcome.verdict.kind == XS_INCONCLUSIVE;
	}
	*ns = sum_ns / cases;
	return 0;
}

/* A median in us; sorts. */
static double median_us(uint64_t *ns, uint64_t n)
{
	return (double)xs_spread(ns, (uint32_t)n).median / 1e3;
}

/* Room for three numbers a round, or NULL with the benchmark failed. */
static uint64_t *room(struct xs_bench *b, struct xs_lab *lab, uint64_t n)
{
	uint64_t *values = n <= UINT32_MAX ? calloc(n, 3 * sizeof(*values)) : NULL;

	if (!values)
		xs_lab_fail(lab, b, "room for the numbers of all rounds", -ENOMEM);
	return values;
}

/* A batch of each kind, in turn, so that what else the machine does meets both. */
static void compare(struct xs_bench *b, struct xs_lab *lab, const struct xs_case *c)
{
	const uint64_t rounds = xs_bench_iterations(b);
	uint64_t *stay_ns = room(b, lab, rounds), *fork_ns, *per_mille, idle = 0, n = 0;
	struct xs_spread ratio;

	if (!stay_ns)
		return;
	fork_ns = stay_ns + rounds;
	per_mille = fork_ns + rounds;
	while (xs_bench_next(b)) {
		if (run_batch(b, lab, c, &stay, STAY_BATCH, &stay_ns[n], &idle) ||
		    run_batch(b, lab, c, &leave, FORK_BATCH, &fork_ns[n], &idle))
			goto out;
		per_mille[n] = 1000 * fork_ns[n] / stay_ns[n];
		xs_bench_time(b, STAY_BATCH * stay_ns[n] + FORK_BATCH * fork_ns[n]);
		n++;
	}
	if (!n)
		goto out;
	ratio = xs_spread(per_mille, (uint32_t)n);
	xs_bench_counter(b, "ratio", (double)ratio.median / 1e3);
	xs_bench_counter(b, "ratio_least", (double)ratio.min / 1e3);
	xs_bench_counter(b, "ratio_most", (double)ratio.max / 1e3);
	xs_bench_counter(b, "stay_us", median_us(stay_ns, n));
	xs_bench_counter(b, "fork_us", median_us(fork_ns, n));
	if (c->pressures)
		xs_bench_counter(b, "idle", share(idle, n * (STAY_BATCH + FORK_BATCH)));
out:
	free(stay_ns);
}

static void run_ratio(struct xs_bench *b, void *lab)
{
	struct xs_case c;

	xs_lab_case(&c, 1);
	compare(b, lab, &c);
}

static void run_pressure(struct xs_bench *b, void *lab)
{
	struct xs_case c;

	xs_lab_case(&c, 1);
	c.pressures = 1;
	xs_case_pressure_default(&c.pressure[0], XS_PRESSURE_vector_process);
	c.pressure[0].registers = c.registers;
	compare(b, lab, &c);
}

/*
 * time(n) = arena + n * signal, from a short and a longer case in turn. Medians: the mean of
 * the short one's would be that of what interrupted it.
 */
static void split(struct xs_bench *b, struct xs_lab *lab, const struct xs_run_options *options)
{
	const uint64_t rounds = xs_bench_iterations(b);
	uint64_t *one_ns = room(b, lab, rounds), *more_ns, unused, n = 0;
	double one_us, signal_us;
	struct xs_case one, more;

	if (!one_ns)
		return;
	more_ns = one_ns + rounds;
	xs_lab_case(&one, 1);
	xs_lab_case(&more, 1 + MORE_SIGNALS);
	if (xs_lab_run(lab, b, &one, options, &unused))
		goto out;
	while (xs_bench_next(b)) {
		if (xs_lab_run(lab, b, &one, options, &one_ns[n]) ||
		    xs_lab_run(lab, b, &more, options, &more_ns[n]))
			goto out;
		xs_bench_time(b, one_ns[n] + more_ns[n]);
		n++;
	}
	if (!n)
		goto out;
	one_us = median_us(one_ns, n);
	signal_us = (median_us(more_ns, n) - one_us) / MORE_SIGNALS;
	xs_bench_counter(b, "case_us", one_us);
	xs_bench_counter(b, "signal_us", signal_us);
	xs_bench_counter(b, "arena_us", one_us - signal_us);
out:
	free(one_ns);
}

static void run_cost(struct xs_bench *b, void *lab)
{
	split(b, lab, &stay);
}

static void run_observe(struct xs_bench *b, void *lab)
{
	split(b, lab, &observe);
}

void xs_arena_register(struct xs_lab *lab)
{
	xs_bench_register("arena/stay", run_stay, lab);
	xs_bench_register("arena/fork", run_fork, lab);
	xs_bench_register("arena/ratio", run_ratio, lab);
	xs_bench_register("arena/cost", run_cost, lab);
	xs_bench_register("arena/observe", run_observe, lab);
	xs_bench_register("arena/pressure", run_pressure, lab);
}
