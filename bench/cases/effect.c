// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect/CASE/LIFE/MITIGATION: how often a case of the command line hits while
 * the workers do something so that their signal stacks have their pages. On a
 * kernel without the bug nothing hits, and the numbers say how sure that is.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "child.h"
#include "lab.h"
#include "report/interval.h"
#include "stack/mitigation.h"

#define DURATION_MS 500u /* of a round at most: a case's own time is made for finding once */
#define MILLION	    1e6
#define TRY_BYTES   (64ul * 1024) /* as large as a worker's stack, about */

static const char *const lives[] = { [XS_MITIGATED_LOST] = "lost", [XS_MITIGATED_FRESH] = "fresh" };

/* What all rounds came to. */
struct tally {
	uint64_t signals, hits;
	uint64_t of[XS_VERDICTS];  /* the hits, by verdict */
	uint64_t sampled, faulted; /* of the signals: those that were looked at, and faulted */
};

/* The signals up to a run's finding, if it has one: the few that follow were not to hit any more.
 */
static uint64_t exposed(const struct xs_case *c, const struct xs_verdict *v)
{
	const struct xs_record *r = v->findings ? v->finding[0].record : NULL;

	return r && !r->task && c->workers == 1 ? r->signals : v->evidence.signals;
}

/* One run, up to its first finding. */
static int run_round(struct xs_measure *m)
{
	const struct xs_verdict *v = &m->lab->outcome.verdict;
	const struct xs_run_options options = { .brief = true,
						.mitigated = m->key[1],
						.mitigation = m->key[2] };
	struct xs_case c = m->lab->given[m->key[0]];
	struct tally *t = m->state;

	if (c.duration_ms > DURATION_MS)
		c.duration_ms = DURATION_MS;
	if (xs_lab_try(m, &c, &options))
		return -ECANCELED;
	t->signals += exposed(&c, v);
	t->sampled += v->evidence.sampled;
	t->faulted += v->evidence.faults_save;
	if (xs_verdict_exit(v->kind) == 1) {
		t->hits++;
		t->of[v->kind]++;
	}
	return 0;
}

/* A hang, say, counts as a hit, but is no corruption. */
static void tell(struct xs_bench *b, const struct tally *t)
{
	char text[128] = "";

	for (uint32_t kind = 0; kind < XS_VERDICTS; kind++) {
		const size_t n = strlen(text);

		if (t->of[kind] && kind != XS_CORRUPT)
			snprintf(text + n, sizeof(text) - n, "%s%" PRIu64 " %s", n ? ", " : "",
				 t->of[kind], xs_verdict_names[kind]);
	}
	if (text[0])
		xs_bench_label(b, text);
}

static void report(struct xs_measure *m)
{
	const struct tally *t = m->state;
	struct xs_bench *b = m->b;
	/* A finding of a neighbour may come without a signal. */
	const uint64_t signals = t->signals > t->hits ? t->signals : t->hits;
	const struct xs_interval rate = xs_wilson(t->hits, signals);

	if (!signals) {
		xs_bench_skip(b, "inconclusive: no signal came inside the window");
		return;
	}
	xs_bench_counter(b, "signals", (double)signals);
	xs_bench_counter(b, "faulted", t->sampled ? (double)t->faulted / (double)t->sampled : 0);
	xs_bench_counter(b, "hits", (double)t->hits);
	xs_bench_counter(b, "hits_per_million", MILLION * (double)t->hits / (double)signals);
	xs_bench_counter(b, "low", MILLION * rate.low);
	xs_bench_counter(b, "high", MILLION * rate.high);
	tell(b, t);
}

/* What the mitigation fails with on a stack of a process that does nothing else: a skip. */
static int try_mitigation(void *shared, uint32_t i, const char **what)
{
	const struct xs_mitigation *m = shared;
	uint8_t *base =
		mmap(NULL, TRY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc = 0;

	(void)i;
	*what = "mmap()";
	if (base == MAP_FAILED)
		return -errno;
	*what = m->summary;
	if (m->open)
		rc = m->open(base, TRY_BYTES);
	if (rc >= 0 && m->each)
		rc = m->each(base, TRY_BYTES);
	return rc < 0 ? -rc : 0;
}

static int prepare(struct xs_measure *m)
{
	const struct xs_mitigation *mitigation = &xs_mitigations[m->key[2]];

	if (mitigation->no_altstack)
		return xs_lab_skip(m,
				   "workers have an alternate stack; mitigate/signal/no-altstack "
				   "shows that lost pages of another one fault, too");
	return xs_child_run(m, try_mitigation, (void *)mitigation);
}

static const struct xs_family effect = {
	.name = "effect",
	.help = "  effect/CASE/lost/MITIGATION   hits per million signals, the mitigation applied\n"
		"                  once and pages then taken away before each signal\n"
		"  effect/CASE/fresh/MITIGATION  the same, every signal the first on a new stack\n",
	.list = { XS_CASES, XS_WORDS(lives), XS_LIST(xs_mitigations, XS_MITIGATIONS, .name) },
	.bytes = sizeof(struct tally),
	.prepare = prepare,
	.round = run_round,
	.report = report,
};
XS_FAMILY(effect);
