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
#define TRY_BYTES   (64u * 1024) /* as large as a worker's stack, about */

static const char *const lives[] = { [XS_MITIGATED_LOST] = "lost", [XS_MITIGATED_FRESH] = "fresh" };

#define LIVES (sizeof(lives) / sizeof(lives[0]))

/* A benchmark's case, and how it is run. */
struct effect {
	struct xs_case c;
	struct xs_run_options options;
};

/* What all rounds came to. */
struct tally {
	uint64_t signals, hits;
	uint64_t of[XS_VERDICTS];  /* the hits, by verdict */
	uint64_t sampled, faulted; /* of the signals: those that were looked at, and faulted */
};

/* The signals up to a run's finding, if it has one: the few that follow were not to hit any more.
 */
static uint64_t exposed(const struct effect *e, const struct xs_verdict *v)
{
	const struct xs_record *r = v->findings ? v->finding[0].record : NULL;

	return r && !r->task && e->c.workers == 1 ? r->signals : v->evidence.signals;
}

/* One run, up to its first finding: 0, or -ECANCELED with the benchmark failed. */
static int run_round(struct xs_bench *b, struct xs_lab *lab, const struct effect *e,
		     struct tally *t)
{
	const struct xs_verdict *v = &lab->outcome.verdict;
	uint64_t ns;

	if (xs_lab_try(lab, b, &e->c, &e->options, &ns))
		return -ECANCELED;
	t->signals += exposed(e, v);
	t->sampled += v->evidence.sampled;
	t->faulted += v->evidence.faults_save;
	if (xs_verdict_exit(v->kind) == 1) {
		t->hits++;
		t->of[v->kind]++;
	}
	xs_bench_time(b, ns);
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

static void report(struct xs_bench *b, const struct tally *t)
{
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
static int try_mitigation(void *shared, const char **what)
{
	const struct xs_mitigation *m = shared;
	uint8_t *base =
		mmap(NULL, TRY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc = 0;

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

static void run_effect(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	struct effect e = { .c = item->lab->given[item->key[0]].c };
	struct tally t = { 0 };

	if (xs_mitigations[item->key[2]].no_altstack) {
		xs_lab_skip(b, "workers have an alternate stack; mitigate/signal/no-altstack shows "
			       "that lost pages of another one fault, too");
		return;
	}
	if (xs_child_run(item->lab, b, try_mitigation, (void *)&xs_mitigations[item->key[2]]))
		return;
	e.options.brief = true;
	e.options.mitigated = item->key[1];
	e.options.mitigation = item->key[2];
	if (e.c.duration_ms > DURATION_MS)
		e.c.duration_ms = DURATION_MS;
	while (xs_bench_next(b))
		if (run_round(b, item->lab, &e, &t))
			return;
	report(b, &t);
}

void xs_effect_register(struct xs_lab *lab)
{
	char name[XS_NAME_BYTES + 48];

	for (uint8_t i = 0; i < lab->givens; i++)
		for (uint8_t life = 0; life < LIVES; life++)
			for (uint8_t row = 0; row < XS_MITIGATIONS; row++) {
				snprintf(name, sizeof(name), "effect/%s/%s/%s",
					 lab->given[i].c.name, lives[life],
					 xs_mitigations[row].name);
				xs_lab_add(lab, name, run_effect, (uint8_t[4]){ i, life, row });
			}
}
