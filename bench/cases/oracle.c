// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle/...: what proving registers costs, for each class alone.
 *
 * A round: some thousand iterations of the engine, and then each part of an iteration by
 * itself, on the same CPU. Shares are those of the round's iteration. All by CPU time.
 */
#include <errno.h>

#include "child.h"
#include "lab.h"
#include "cases/parts.h"
#include "stack/stack.h"
#include "task/sys.h"

#define SIGNALS 8000u /* of each run, and one more */

enum what { LOAD, CHECK, DUMP, JUDGE, ITERATION, WHATS };

static const char *const names[WHATS] = { "load", "check", "dump", "judge", "iteration" };

/* Rows: ps of each part, parts per million of each, and ps of an iteration. */
#define SHARE(part) (XS_PARTS + (part))
#define WHOLE	    (2 * XS_PARTS)
#define ROWS	    (WHOLE + 1)

/* The engine, on signals without a stack fault: 0 with its CPU time, or -ECANCELED. */
static int run_engine(struct xs_measure *m, uint32_t signals, uint64_t *us)
{
	const uint64_t from_us = xs_child_cpu_us();
	struct xs_case c;

	xs_lab_case(&c, signals);
	c.registers = 1u << m->key[1];
	c.fault = XS_STACK_none;
	xs_lab_pin(m->lab, &c);
	if (xs_lab_run(m, &c, NULL))
		return -ECANCELED;
	*us = xs_child_cpu_us() - from_us;
	return 0;
}

/* Children that have stayed end with the first run, and their time must not count. */
static int prepare(struct xs_measure *m)
{
	uint64_t unused;
	const int rc = xs_lab_needs(m, m->key[1]);

	return rc ? rc : run_engine(m, 1, &unused);
}

/*
 * By CPU time, as what else the machine does is not in the parts either, and less what children
 * cost that take one signal.
 */
static int run_round(struct xs_measure *m)
{
	uint64_t one_us, more_us, whole_ps, ps[XS_PARTS];

	if (run_engine(m, 1, &one_us) || run_engine(m, 1 + SIGNALS, &more_us))
		return -ECANCELED;
	if (more_us <= one_us)
		return xs_lab_fail(m, "CPU time that does not grow", -ETIME);
	whole_ps = (more_us - one_us) * 1000000 / SIGNALS;
	if (!whole_ps || xs_parts_time(m, m->key[1], ps))
		return -ECANCELED;
	for (uint32_t part = 0; part < XS_PARTS; part++) {
		xs_lab_set(m, part, ps[part]);
		xs_lab_set(m, SHARE(part), ps[part] * 1000000 / whole_ps);
	}
	xs_lab_set(m, WHOLE, whole_ps);
	m->ns = 0;
	return 0;
}

static double ns_of(struct xs_measure *m, uint32_t row)
{
	return xs_lab_median(m, row, 1e3);
}

static double percent_of(struct xs_measure *m, enum xs_part part)
{
	return xs_lab_median(m, SHARE(part), 1e4);
}

/* What no register takes part in. */
static double judge_percent(struct xs_measure *m)
{
	return percent_of(m, XS_PART_STEP) + percent_of(m, XS_PART_COPY) +
	       percent_of(m, XS_PART_COMPARE);
}

static void report_part(struct xs_measure *m, enum xs_part part)
{
	xs_bench_counter(m->b, "ns", ns_of(m, part));
	xs_bench_counter(m->b, "share", percent_of(m, part));
	if (part == XS_PART_DUMP)
		xs_bench_counter(m->b, "loaded_ns", ns_of(m, XS_PART_DUMP_LOADED));
}

static void report_judge(struct xs_measure *m)
{
	const double step = ns_of(m, XS_PART_STEP), copy = ns_of(m, XS_PART_COPY),
		     compare = ns_of(m, XS_PART_COMPARE);

	xs_bench_counter(m->b, "ns", step + copy + compare);
	xs_bench_counter(m->b, "share", judge_percent(m));
	xs_bench_counter(m->b, "step_ns", step);
	xs_bench_counter(m->b, "copy_ns", copy);
	xs_bench_counter(m->b, "compare_ns", compare);
}

/* Percentages that make up 100. */
static void report_iteration(struct xs_measure *m)
{
	static const struct {
		const char *name;
		enum xs_part part;
	} shares[] = { { "load", XS_PART_LOAD },
		       { "check", XS_PART_CHECK },
		       { "dump", XS_PART_DUMP },
		       { "kernel", XS_PART_KERNEL } };
	double rest = 100 - judge_percent(m);

	xs_bench_counter(m->b, "ns", ns_of(m, WHOLE));
	xs_bench_counter(m->b, "judge", judge_percent(m));
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		xs_bench_counter(m->b, shares[i].name, percent_of(m, shares[i].part));
		rest -= percent_of(m, shares[i].part);
	}
	xs_bench_counter(m->b, "rest", rest);
}

static void report(struct xs_measure *m)
{
	static const enum xs_part parts[] = { XS_PART_LOAD, XS_PART_CHECK, XS_PART_DUMP };

	if (m->key[0] < JUDGE)
		report_part(m, parts[m->key[0]]);
	else
		(m->key[0] == JUDGE ? report_judge : report_iteration)(m);
}

static const struct xs_family oracle = {
	.name = "oracle",
	.help = "  oracle/load|check|dump|judge/CLASS  what a part of proving a class costs\n"
		"  oracle/iteration/CLASS  a whole iteration, split into shares\n",
	.list = { XS_WORDS(names), XS_LIST(xs_lab_classes, XS_STATES) },
	.rows = ROWS,
	.prepare = prepare,
	.round = run_round,
	.report = report,
};
XS_FAMILY(oracle);
