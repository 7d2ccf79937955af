// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine/cells/N: what N cells prove, in each of which a case runs at a time, as check does it.
 *
 * The case is engine/workers' one. A round: it runs in one of the cells, the others idle, then in
 * all of them at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "campaign/parallel.h"
#include "lab.h"

#define RUN_MS 30u

static const char *const numbers[] = { "1", "2", "4", "8", "16" };

enum { ALL, PER_MILLE, ROWS };

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
		const struct xs_evidence *e = &r.verdict->evidence;

		m->lab->interrupted = xs_parallel_interrupted(p);
		if (m->lab->interrupted)
			return xs_lab_stopped(m);
		if (xs_verdict_is_bad(r.verdict->kind))
			return xs_lab_found(m, xs_verdict_names[r.verdict->kind]);
		if (r.verdict->kind != XS_PASS)
			return xs_lab_error(m, r.verdict->why);
		*per_s += e->signals * 1000000000 / e->elapsed_ns;
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
	if (!one_per_s)
		return xs_lab_fail(m, "one cell", -ETIME);
	xs_lab_set(m, ALL, all_per_s);
	xs_lab_set(m, PER_MILLE, 1000 * all_per_s / one_per_s);
	m->ns = 0;
	return 0;
}

static int run(struct xs_measure *m)
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
		const uint32_t n = (uint32_t)atoi(numbers[m->key[0]]);

		r->session = m->lab->session;
		rc = xs_parallel_open(&p, r, n, why) ? xs_lab_error(m, why) : run_both(m, p, n);
		xs_parallel_close(p);
	}
	free(r);
	return rc;
}

/* efficiency: of each cell, by what one does while the others are idle. */
static void report(struct xs_measure *m)
{
	const uint32_t n = (uint32_t)atoi(numbers[m->key[0]]);
	const double per_s = xs_lab_median(m, ALL, 1);

	xs_bench_counter(m->b, "signals_per_s", per_s);
	xs_bench_counter(m->b, "per_cell", per_s / n);
	xs_bench_counter(m->b, "efficiency", xs_lab_median(m, PER_MILLE, 10) / n);
}

static const struct xs_family by_cells = {
	.name = "engine/cells",
	.help = "  engine/cells/N  proved signals a second with a worker in each of N cells\n",
	.list = { XS_WORDS(numbers) },
	.rows = ROWS,
	.round = run,
	.report = report,
};
XS_FAMILY(by_cells);
