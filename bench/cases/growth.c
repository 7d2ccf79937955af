// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine/workers/N and engine/pressure/N: how the engine's rate of proved signals grows with
 * its workers, and falls with what runs beside.
 *
 * The case: 16 ymm registers, signals to oneself, a signal stack dropped by MADV_DONTNEED.
 * A round: a run of one worker, without pressure, and one with N of what is counted.
 */
#include <errno.h>
#include <stdio.h>

#include "lab.h"
#include "pressure/pressure.h"
#include "rounds.h"
#include "task/sys.h"

#define WORKERS_MAX 8u
#define RUN_MS	    30u /* of workers; beside pressure: for each task on the CPU */

static const uint32_t pressures[] = { 0, 1, 2, 4, 8 };

#define PRESSURES (sizeof(pressures) / sizeof(pressures[0]))

struct growth {
	struct xs_lab *lab;
	uint32_t n;
};

enum { ONE, ALL, PER_MILLE, CHECKS, ROWS };

/* What was proved, each second from the start on: tasks that wait for a CPU count. */
static int run_case(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
		    uint64_t *signals_per_s, uint64_t *checks_per_s)
{
	const struct xs_evidence *e = &lab->outcome.verdict.evidence;
	uint64_t ns;

	if (xs_lab_run(lab, b, c, NULL, &ns))
		return -ECANCELED;
	*signals_per_s = e->signals * 1000000000 / e->elapsed_ns;
	*checks_per_s = e->neighbour_checks * 1000000000 / e->elapsed_ns;
	return 0;
}

static int run_round(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *one,
		     const struct xs_case *all, struct xs_rounds *r)
{
	const uint64_t from_ns = xs_now_ns();
	uint64_t one_per_s, all_per_s, checks_per_s;

	if (run_case(lab, b, one, &one_per_s, &checks_per_s) ||
	    run_case(lab, b, all, &all_per_s, &checks_per_s))
		return -ECANCELED;
	if (!one_per_s)
		return xs_lab_fail(lab, b, "one worker", -ETIME);
	xs_rounds_set(r, ONE, one_per_s);
	xs_rounds_set(r, ALL, all_per_s);
	xs_rounds_set(r, PER_MILLE, 1000 * all_per_s / one_per_s);
	xs_rounds_set(r, CHECKS, checks_per_s);
	r->n++;
	xs_bench_time(b, xs_now_ns() - from_ns);
	return 0;
}

static void run_rounds(const struct growth *g, struct xs_bench *b, const struct xs_case *one,
		       const struct xs_case *all,
		       void (*report)(const struct growth *g, struct xs_bench *b,
				      struct xs_rounds *r))
{
	struct xs_rounds r;

	if (xs_lab_lacks(g->lab, b, XS_STATE_avx) || xs_rounds_open(&r, g->lab, b, ROWS))
		return;
	while (xs_bench_next(b) && !run_round(g->lab, b, one, all, &r))
		;
	if (r.n == r.room)
		report(g, b, &r);
	xs_rounds_close(&r);
}

/* efficiency: of each worker; efficiency_cpu: of each CPU that they have. */
static void report_workers(const struct growth *g, struct xs_bench *b, struct xs_rounds *r)
{
	const uint32_t cpus = xs_lab_cpus(g->lab);
	const double per_s = xs_rounds_median(r, ALL, 1),
		     percent = xs_rounds_median(r, PER_MILLE, 10);

	xs_bench_counter(b, "signals_per_s", per_s);
	xs_bench_counter(b, "per_worker", per_s / g->n);
	xs_bench_counter(b, "efficiency", percent / g->n);
	xs_bench_counter(b, "efficiency_cpu", percent / (g->n < cpus ? g->n : cpus));
}

static void run_workers(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	const struct growth growth = { item->lab, item->key[0] }, *g = &growth;
	struct xs_case one, all;

	xs_lab_case(&one, 0);
	one.duration_ms = RUN_MS;
	all = one;
	all.workers = g->n;
	run_rounds(g, b, &one, &all, report_workers);
}

static void report_pressure(const struct growth *g, struct xs_bench *b, struct xs_rounds *r)
{
	(void)g;
	xs_bench_counter(b, "signals_per_s", xs_rounds_median(r, ALL, 1));
	xs_bench_counter(b, "neighbour_checks_per_s", xs_rounds_median(r, CHECKS, 1));
	xs_bench_counter(b, "percent", xs_rounds_median(r, PER_MILLE, 10));
}

static void run_pressure(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	const struct growth growth = { item->lab, item->key[0] }, *g = &growth;
	struct xs_case one, all;

	xs_lab_case(&one, 0);
	snprintf(one.cpus, sizeof(one.cpus), "%u", xs_lab_cpu(g->lab));
	one.duration_ms = RUN_MS;
	all = one;
	all.duration_ms = RUN_MS * (1 + g->n);
	if (g->n) {
		all.pressures = 1;
		xs_case_pressure_default(&all.pressure[0], XS_PRESSURE_vector_process);
		all.pressure[0].registers = all.registers;
		all.pressure[0].count = g->n;
	}
	run_rounds(g, b, &one, &all, report_pressure);
}

static void add(struct xs_lab *lab, const char *family, uint32_t n,
		void (*run)(struct xs_bench *b, void *arg))
{
	char name[32];

	snprintf(name, sizeof(name), "engine/%s/%u", family, n);
	xs_lab_add(lab, name, run, (uint8_t[4]){ (uint8_t)n });
}

void xs_growth_register(struct xs_lab *lab)
{
	for (uint32_t n = 1; n <= WORKERS_MAX; n++)
		add(lab, "workers", n, run_workers);
	for (uint32_t i = 0; i < PRESSURES; i++)
		add(lab, "pressure", pressures[i], run_pressure);
}
