// SPDX-License-Identifier: GPL-2.0-only
/*
 * plant/HOW/CLASS: how long it takes from a corruption to the verdict, for each register class.
 * It is planted as selftest does: a handler edits its frame, or a tracer writes the registers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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
static int run_round(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
		     const struct xs_run_options *options, struct latency *l)
{
	const struct xs_outcome *o = &lab->outcome;
	char why[2 * XS_WHY_BYTES];
	uint64_t ns, to_ns;
	const char *wrong;

	for (int i = 0; i < TRIES; i++) {
		if (xs_lab_try(lab, b, c, options, &ns))
			return -ECANCELED;
		to_ns = xs_now_ns();
		if (o->ending.planted)
			break;
	}
	wrong = missed(o);
	if (wrong) {
		snprintf(why, sizeof(why), "%s (%s%s%s)", wrong, xs_verdict_names[o->verdict.kind],
			 o->verdict.why[0] ? ": " : "", o->verdict.why);
		return xs_lab_error(lab, b, why);
	}
	xs_histogram_add(&l->verdict, to_ns - o->ending.started_ns - o->ending.planted_ns);
	xs_histogram_add(&l->record,
			 o->verdict.finding[0].record->since_start_ns - o->ending.planted_ns);
	xs_bench_time(b, ns);
	return 0;
}

static double us(const struct xs_histogram *h, uint32_t per_million)
{
	return (double)xs_histogram_at(h, per_million) / 1e3;
}

static void run(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	const struct xs_run_options options = {
		.plant = { .how = item->key[0],
			   .kind = XS_PLANT_FLIP,
			   .class = item->key[1],
			   .at = PLANT_AT },
		.brief = true,
	};
	struct latency *l;
	struct xs_case c;

	if (xs_lab_lacks(item->lab, b, item->key[1]))
		return;
	l = calloc(1, sizeof(*l));
	if (!l) {
		xs_lab_fail(item->lab, b, "room for a histogram", -ENOMEM);
		return;
	}
	xs_case_default(&c);
	c.duration_ms = DURATION_MS;
	c.registers = 1u << item->key[1];
	while (xs_bench_next(b))
		if (run_round(item->lab, b, &c, &options, l))
			goto out;
	xs_bench_counter(b, "p50_us", us(&l->verdict, 500000));
	xs_bench_counter(b, "p99_us", us(&l->verdict, 990000));
	xs_bench_counter(b, "max_us", (double)l->verdict.max / 1e3);
	xs_bench_counter(b, "record_p50_us", us(&l->record, 500000));
out:
	free(l);
}

void xs_detect_register(struct xs_lab *lab)
{
	static const uint8_t hows[] = { XS_PLANT_FRAME, XS_PLANT_TRACER };
	char name[64];

	for (size_t how = 0; how < sizeof(hows); how++)
		for (uint8_t class = 0; class < XS_STATES; class ++) {
			snprintf(name, sizeof(name), "plant/%s/%s", xs_plant_how_names[hows[how]],
				 xs_name(XS_AXIS_STATE, class));
			xs_lab_add(lab, name, run, (uint8_t[4]){ hows[how], class });
		}
}
