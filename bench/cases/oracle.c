// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle/...: what proving registers costs, for each class alone.
 *
 * A round: some thousand iterations of the engine, and then each part of an iteration by
 * itself, on the same CPU. Shares are those of the round's iteration. All by CPU time.
 */
#include <errno.h>
#include <stdio.h>

#include "cases/parts.h"
#include "child.h"
#include "lab.h"
#include "rounds.h"
#include "stack/stack.h"
#include "task/sys.h"

#define SIGNALS 8000u /* of each run, and one more */

enum what { LOAD, CHECK, DUMP, JUDGE, ITERATION, WHATS };

static const char *const names[WHATS] = { "load", "check", "dump", "judge", "iteration" };

struct oracle {
	struct xs_lab *lab;
	uint32_t class;
	enum what what;
};

/* Rows: ps of each part, parts per million of each, and ps of an iteration. */
#define SHARE(part) (XS_PARTS + (part))
#define WHOLE	    (2 * XS_PARTS)
#define ROWS	    (WHOLE + 1)
#define PS_A_NS	    1e3
#define PPM_PERCENT 1e4

/* The engine, on signals without a stack fault: 0 with its CPU time, or -ECANCELED. */
static int run_engine(const struct oracle *o, struct xs_bench *b, uint32_t cpu, uint32_t signals,
		      uint64_t *us)
{
	const uint64_t from_us = xs_child_cpu_us();
	struct xs_case c;
	uint64_t ns;

	xs_lab_case(&c, signals);
	c.registers = 1u << o->class;
	c.fault = XS_STACK_none;
	snprintf(c.cpus, sizeof(c.cpus), "%u", cpu);
	if (xs_lab_run(o->lab, b, &c, NULL, &ns))
		return -ECANCELED;
	*us = xs_child_cpu_us() - from_us;
	return 0;
}

/*
 * An iteration in ps, or 0 with the benchmark failed: by CPU time, as what else the machine
 * does is not in the parts either, and less what children cost that take one signal.
 */
static uint64_t iterate(const struct oracle *o, struct xs_bench *b, uint32_t cpu)
{
	uint64_t one_us, more_us;

	if (run_engine(o, b, cpu, 1, &one_us) || run_engine(o, b, cpu, 1 + SIGNALS, &more_us))
		return 0;
	if (more_us > one_us)
		return (more_us - one_us) * 1000000 / SIGNALS;
	xs_lab_fail(o->lab, b, "CPU time that does not grow", -ETIME);
	return 0;
}

static int run_round(const struct oracle *o, struct xs_bench *b, struct xs_rounds *r)
{
	const uint64_t from_ns = xs_now_ns();
	const uint32_t cpu = xs_lab_cpu(o->lab);
	const uint64_t whole_ps = iterate(o, b, cpu);
	uint64_t ps[XS_PARTS];

	if (!whole_ps || xs_parts_time(o->lab, b, o->class, ps))
		return -ECANCELED;
	for (uint32_t part = 0; part < XS_PARTS; part++) {
		xs_rounds_set(r, part, ps[part]);
		xs_rounds_set(r, SHARE(part), ps[part] * 1000000 / whole_ps);
	}
	xs_rounds_set(r, WHOLE, whole_ps);
	r->n++;
	xs_bench_time(b, xs_now_ns() - from_ns);
	return 0;
}

static double ns_of(struct xs_rounds *r, enum xs_part part)
{
	return xs_rounds_median(r, part, PS_A_NS);
}

static double percent_of(struct xs_rounds *r, enum xs_part part)
{
	return xs_rounds_median(r, SHARE(part), PPM_PERCENT);
}

/* What no register takes part in. */
static double judge_percent(struct xs_rounds *r)
{
	return percent_of(r, XS_PART_STEP) + percent_of(r, XS_PART_COPY) +
	       percent_of(r, XS_PART_COMPARE);
}

static void report_part(struct xs_bench *b, struct xs_rounds *r, enum xs_part part)
{
	xs_bench_counter(b, "ns", ns_of(r, part));
	xs_bench_counter(b, "share", percent_of(r, part));
	if (part == XS_PART_DUMP)
		xs_bench_counter(b, "loaded_ns", ns_of(r, XS_PART_DUMP_LOADED));
}

static void report_judge(struct xs_bench *b, struct xs_rounds *r)
{
	const double step = ns_of(r, XS_PART_STEP), copy = ns_of(r, XS_PART_COPY),
		     compare = ns_of(r, XS_PART_COMPARE);

	xs_bench_counter(b, "ns", step + copy + compare);
	xs_bench_counter(b, "share", judge_percent(r));
	xs_bench_counter(b, "step_ns", step);
	xs_bench_counter(b, "copy_ns", copy);
	xs_bench_counter(b, "compare_ns", compare);
}

/* Percentages that make up 100. */
static void report_iteration(struct xs_bench *b, struct xs_rounds *r)
{
	const double load = percent_of(r, XS_PART_LOAD), check = percent_of(r, XS_PART_CHECK),
		     dump = percent_of(r, XS_PART_DUMP), kernel = percent_of(r, XS_PART_KERNEL),
		     judge = judge_percent(r);

	xs_bench_counter(b, "ns", xs_rounds_median(r, WHOLE, PS_A_NS));
	xs_bench_counter(b, "load", load);
	xs_bench_counter(b, "check", check);
	xs_bench_counter(b, "dump", dump);
	xs_bench_counter(b, "judge", judge);
	xs_bench_counter(b, "kernel", kernel);
	xs_bench_counter(b, "rest", 100 - load - check - dump - judge - kernel);
}

static void report(const struct oracle *o, struct xs_bench *b, struct xs_rounds *r)
{
	switch (o->what) {
	case LOAD:
		report_part(b, r, XS_PART_LOAD);
		break;
	case CHECK:
		report_part(b, r, XS_PART_CHECK);
		break;
	case DUMP:
		report_part(b, r, XS_PART_DUMP);
		break;
	case JUDGE:
		report_judge(b, r);
		break;
	default:
		report_iteration(b, r);
	}
}

static void run_oracle(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	const struct oracle oracle = { item->lab, item->key[0], item->key[1] }, *o = &oracle;
	struct xs_rounds r;
	uint64_t unused;

	/* Children that have stayed end with the first run, and their time must not count. */
	if (xs_lab_lacks(o->lab, b, o->class) || run_engine(o, b, xs_lab_cpu(o->lab), 1, &unused) ||
	    xs_rounds_open(&r, o->lab, b, ROWS))
		return;
	while (xs_bench_next(b) && !run_round(o, b, &r))
		;
	if (r.n == r.room)
		report(o, b, &r);
	xs_rounds_close(&r);
}

void xs_oracle_register(struct xs_lab *lab)
{
	char name[64];

	for (uint8_t what = 0; what < WHATS; what++)
		for (uint8_t class = 0; class < XS_STATES; class ++) {
			snprintf(name, sizeof(name), "oracle/%s/%s", names[what],
				 xs_name(XS_AXIS_STATE, class));
			xs_lab_add(lab, name, run_oracle, (uint8_t[4]){ class, what });
		}
}
