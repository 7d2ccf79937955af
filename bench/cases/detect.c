// SPDX-License-Identifier: GPL-2.0-only
/*
 * plant/HOW/CLASS: how long it takes from a corruption to the verdict, for each register class.
 * It is planted as selftest does: a handler edits its frame, or a tracer writes the registers.
 */
#include <errno.h>
#include <stdio.h>

#include "histogram.h"
#include "lab.h"
#include "task/sys.h"

#define DURATION_MS 5000u /* of a run: the planting ends it in the third window */
#define PLANT_AT    3u
#define TRIES	    2 /* on a starved machine a tracer may not meet the worker in time */

/* From the planting until the worker had found it, and until the parent had the verdict. */
struct latency {
	struct xs_histogram record, verdict; /* ns */
};

/* What is wrong with a run into which a flipped bit was planted, or NULL. */
static const char *missed(const struct xs_outcome *o)
{
	const struct xs_verdict *v = &o->verdict;

	if (!o->ending.planted)
		return "nothing was planted";
	if (v->kind != XS_CORRUPT || !v->findings)
		return "what was planted was not found";
	for (uint32_t i = 0; i < v->findings; i++)
		if (v->finding[i].class != XS_CLASS_FLIPPED ||
		    v->finding[i].record->iteration != o->ending.planted_iteration)
			return "something else was found than what was planted";
	return NULL;
}

/*
 * Plant once. Its finding is what passes here: in the iteration of the planting, classified
 * right, and nothing beside it. Anything else is the harness's own failure.
 */
static int run_round(struct xs_measure *m)
{
	const struct xs_outcome *o = &m->lab->outcome;
	const struct xs_run_options options = {
		.plant = { .how = (uint8_t)(XS_PLANT_FRAME + m->key[0]),
			   .kind = XS_PLANT_FLIP,
			   .class = m->key[1],
			   .at = PLANT_AT },
		.brief = true,
	};
	struct latency *l = m->state;
	char why[2 * XS_WHY_BYTES];
	const char *wrong;
	struct xs_case c;
	uint64_t to_ns = 0;

	if (xs_lab_needs(m, m->key[1]))
		return -ECANCELED;
	xs_case_default(&c);
	c.duration_ms = DURATION_MS;
	c.registers = 1u << m->key[1];
	for (int i = 0; i < TRIES && (!i || !o->ending.planted); i++) {
		if (xs_lab_try(m, &c, &options))
			return -ECANCELED;
		to_ns = xs_now_ns();
	}
	wrong = missed(o);
	if (wrong) {
		snprintf(why, sizeof(why), "%s (%s%s%s)", wrong, xs_verdict_names[o->verdict.kind],
			 o->verdict.why[0] ? ": " : "", o->verdict.why);
		return xs_lab_error(m, why);
	}
	xs_histogram_add(&l->verdict, to_ns - o->ending.started_ns - o->ending.planted_ns);
	xs_histogram_add(&l->record,
			 o->verdict.finding[0].record->since_start_ns - o->ending.planted_ns);
	return 0;
}

static void counter_us(struct xs_measure *m, const char *name, const struct xs_histogram *h,
		       uint32_t per_million)
{
	xs_bench_counter(m->b, name, (double)xs_histogram_at(h, per_million) / 1e3);
}

static void report(struct xs_measure *m)
{
	const struct latency *l = m->state;

	counter_us(m, "p50_us", &l->verdict, 500000);
	counter_us(m, "p99_us", &l->verdict, 990000);
	counter_us(m, "max_us", &l->verdict, 1000000);
	counter_us(m, "record_p50_us", &l->record, 500000);
}

static const char *const hows[] = { "frame", "tracer" }; /* from XS_PLANT_FRAME on */
static const struct xs_family plant = {
	.name = "plant",
	.help = "  plant/HOW/CLASS from a planted corruption to the verdict: HOW is frame, or "
		"tracer\n",
	.list = { XS_WORDS(hows), XS_LIST(xs_lab_classes, XS_STATES) },
	.bytes = sizeof(struct latency),
	.round = run_round,
	.report = report,
};
XS_FAMILY(plant);
