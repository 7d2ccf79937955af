// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine/workers/AS/N, engine/cells/N and engine/pressure/N: how the engine's rate of proved
 * signals grows with its workers, which are threads or processes, and with cells, in each of which
 * a case runs at a time, as check does it; and how it falls with what runs beside.
 *
 * The case: 16 ymm registers, signals to oneself, a signal stack dropped by MADV_DONTNEED.
 * A round: a run of one worker, without pressure, and one with N of what is counted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "campaign/parallel.h"
#include "lab.h"

#define RUN_MS 30u /* of workers, and of cells; beside pressure: for each task on the CPU */

static const char *const kinds[] = { "threads", "processes" };
static const char *const workers[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
static const char *const cells[] = { "1", "2", "4", "8", "16" };
static const char *const pressures[] = { "0", "1", "2", "4", "8" };

enum { ALL, PER_MILLE, CHECKS, ROWS };

/* What was proved, each second from the start on: tasks that wait for a CPU count. */
static uint64_t signals_per_s(const struct xs_evidence *e)
{
	return e->signals * 1000000000 / e->elapsed_ns;
}

static int run_case(struct xs_measure *m, const struct xs_case *c, uint64_t *per_s)
{
	const struct xs_evidence *e = &m->lab->outcome.verdict.evidence;

	if (xs_lab_run(m, c, NULL))
		return -ECANCELED;
	*per_s = signals_per_s(e);
	xs_lab_set(m, CHECKS, e->neighbour_checks * 1000000000 / e->elapsed_ns);
	return 0;
}

/* What all have proved, and that by what one has. */
static int set_growth(struct xs_measure *m, uint64_t one_per_s, uint64_t all_per_s)
{
	if (!one_per_s)
		return xs_lab_fail(m, "one worker", -ETIME);
	xs_lab_set(m, ALL, all_per_s);
	xs_lab_set(m, PER_MILLE, 1000 * all_per_s / one_per_s);
	m->ns = 0;
	return 0;
}

static int run_round(struct xs_measure *m, const struct xs_case *one, const struct xs_case *all)
{
	uint64_t one_per_s, all_per_s;

	if (xs_lab_needs(m, XS_STATE_avx) || run_case(m, one, &one_per_s) ||
	    run_case(m, all, &all_per_s))
		return -ECANCELED;
	return set_growth(m, one_per_s, all_per_s);
}

static int run_workers(struct xs_measure *m)
{
	struct xs_case one, all;

	xs_lab_case(&one, 0);
	one.duration_ms = RUN_MS;
	all = one;
	all.as = (uint8_t)m->key[0]; /* in the order of xs_as_names[] */
	all.workers = (uint32_t)atoi(workers[m->key[1]]);
	return run_round(m, &one, &all);
}

/* The case in the first @n cells: what they have proved together, each second. */
static int run_cells(struct xs_measure *m, struct xs_parallel *p, uint32_t n, uint64_t *per_s)
{
	static const struct xs_run_options options = { 0 };
	struct xs_case c;

	xs_lab_case(&c, 0);
	c.duration_ms = RUN_MS;
	for (uint32_t i = 0; i < n; i++)
		xs_parallel_run(p, i, &c, &options);
	*per_s = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct xs_result r = xs_parallel_result(p, xs_parallel_wait(p));

		m->lab->interrupted = xs_parallel_interrupted(p);
		if (m->lab->interrupted)
			return xs_lab_stopped(m);
		if (xs_verdict_is_bad(r.verdict->kind))
			return xs_lab_found(m, xs_verdict_names[r.verdict->kind]);
		if (r.verdict->kind != XS_PASS)
			return xs_lab_error(m, r.verdict->why);
		*per_s += signals_per_s(&r.verdict->evidence);
	}
	return 0;
}

static int run_both(struct xs_measure *m, struct xs_parallel *p, uint32_t n)
{
	uint64_t one_per_s, all_per_s;
	char why[XS_WHY_BYTES];

	if (xs_parallel_cells(p)->count != n) {
		snprintf(why, sizeof(why), "this machine has room for %u at most",
			 xs_parallel_cells(p)->count);
		return xs_lab_skip(m, why);
	}
	if (run_cells(m, p, 1, &one_per_s) || run_cells(m, p, n, &all_per_s))
		return -ECANCELED;
	return set_growth(m, one_per_s, all_per_s);
}

static int run_parallel(struct xs_measure *m)
{
	struct xs_parallel *p = NULL;
	char why[XS_WHY_BYTES];
	int rc = -ECANCELED;
	struct xs_runner *r;

	if (m->lab->interrupted)
		return xs_lab_stopped(m);
	r = calloc(1, sizeof(*r));
	if (!r)
		return xs_lab_fail(m, "a runner", -ENOMEM);
	if (!xs_lab_needs(m, XS_STATE_avx)) {
		const uint32_t n = (uint32_t)atoi(cells[m->key[0]]);

		r->session = m->lab->session;
		rc = xs_parallel_open(&p, r, n, why) ? xs_lab_error(m, why) : run_both(m, p, n);
		xs_parallel_close(p);
	}
	free(r);
	return rc;
}

static int run_pressure(struct xs_measure *m)
{
	const uint32_t n = (uint32_t)atoi(pressures[m->key[0]]);
	struct xs_case one, all;

	xs_lab_case(&one, 0);
	xs_lab_pin(m->lab, &one);
	one.duration_ms = RUN_MS;
	all = one;
	all.duration_ms = RUN_MS * (1 + n);
	if (n)
		xs_lab_press(&all, n);
	return run_round(m, &one, &all);
}

/* efficiency: of each worker; efficiency_cpu: of each CPU that they have. */
static void report_workers(struct xs_measure *m)
{
	const uint32_t n = (uint32_t)atoi(workers[m->key[1]]), cpus = xs_lab_cpus(m->lab);
	const double per_s = xs_lab_median(m, ALL, 1), percent = xs_lab_median(m, PER_MILLE, 10);

	xs_bench_counter(m->b, "signals_per_s", per_s);
	xs_bench_counter(m->b, "per_worker", per_s / n);
	xs_bench_counter(m->b, "efficiency", percent / n);
	xs_bench_counter(m->b, "efficiency_cpu", percent / (n < cpus ? n : cpus));
}

/* efficiency: of each cell, by what one does while the others are idle. */
static void report_cells(struct xs_measure *m)
{
	const uint32_t n = (uint32_t)atoi(cells[m->key[0]]);
	const double per_s = xs_lab_median(m, ALL, 1);

	xs_bench_counter(m->b, "signals_per_s", per_s);
	xs_bench_counter(m->b, "per_cell", per_s / n);
	xs_bench_counter(m->b, "efficiency", xs_lab_median(m, PER_MILLE, 10) / n);
}

static void report_pressure(struct xs_measure *m)
{
	xs_bench_counter(m->b, "signals_per_s", xs_lab_median(m, ALL, 1));
	xs_bench_counter(m->b, "neighbour_checks_per_s", xs_lab_median(m, CHECKS, 1));
	xs_bench_counter(m->b, "percent", xs_lab_median(m, PER_MILLE, 10));
}

static const struct xs_family by_workers = {
	.name = "engine/workers",
	.help = "  engine/workers/threads|processes/N, engine/pressure/N  proved signals a second\n"
		"                  with so many workers; with one, and so many vector processes "
		"on\n"
		"                  its CPU\n",
	.list = { XS_WORDS(kinds), XS_WORDS(workers) },
	.rows = ROWS,
	.round = run_workers,
	.report = report_workers,
};
XS_FAMILY(by_workers);

static const struct xs_family by_cells = {
	.name = "engine/cells",
	.help = "  engine/cells/N  proved signals a second with a worker in each of N cells\n",
	.list = { XS_WORDS(cells) },
	.rows = ROWS,
	.round = run_parallel,
	.report = report_cells,
};
XS_FAMILY(by_cells);

static const struct xs_family by_pressure = {
	.name = "engine/pressure",
	.list = { XS_WORDS(pressures) },
	.rows = ROWS,
	.round = run_pressure,
	.report = report_pressure,
};
XS_FAMILY(by_pressure);
