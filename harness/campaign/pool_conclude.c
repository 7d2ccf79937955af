// SPDX-License-Identifier: GPL-2.0-only
/* What pooled runs come to: a verdict on each, on each kind of machine, and on all. */
#include <string.h>

#include "campaign/pool.h"

/* Without what is known, as if the run had known it. */
static void conclude_run(struct xs_pool_run *run)
{
	const struct xs_campaign *k = &run->campaign;
	const struct xs_verdict last = { .kind = XS_PASS, .interrupted = run->interrupted };

	run->verdict = run->news;
	run->why[0] = '\0';
	if (xs_verdict_is_bad(run->news))
		return;
	if (!xs_verdict_is_bad(run->said)) {
		run->verdict = run->said;
		memcpy(run->why, run->said_why, sizeof(run->why));
		return;
	}
	if (k->by_verdict[XS_ERROR])
		run->verdict = xs_because(run->why, XS_ERROR, "%u of its cases could not be run",
					  k->by_verdict[XS_ERROR]);
	else
		run->verdict = xs_campaign_conclude(k, XS_PASS, &last, "", run->why);
}

static void add(struct xs_pool_kind *kind, const struct xs_pool_run *run)
{
	kind->runs++;
	kind->passed += run->verdict == XS_PASS;
	kind->known += run->known != NULL;
	kind->cases += run->campaign.cases;
	for (uint32_t i = 0; i < XS_VERDICTS; i++)
		kind->by_verdict[i] += run->campaign.by_verdict[i];
	xs_evidence_add(&kind->evidence, &run->evidence);
}

/*
 * A kind of machine passes if a run of it does and, as in a check, no more cases proved nothing
 * than passed. Of what is worse one run is enough.
 */
static void conclude_kind(struct xs_pool_kind *kind, const struct xs_pool *p, uint32_t index)
{
	enum xs_verdict_kind worst = XS_PASS;
	const struct xs_pool_run *of = NULL;
	struct xs_verdict *v = &kind->verdict;

	for (uint32_t i = 0; i < p->runs; i++) {
		const struct xs_pool_run *run = p->run[i];

		if (run->kind != index || (of && xs_worse(worst, run->verdict) == worst))
			continue;
		of = run;
		worst = run->verdict;
	}
	v->evidence = kind->evidence;
	v->kind = XS_PASS;
	if (xs_verdict_is_bad(worst))
		v->kind = (uint8_t)worst;
	else if (of && (worst == XS_ERROR || !kind->passed))
		v->kind = (uint8_t)xs_because(v->why, worst, "%.100s: %.140s", of->place, of->why);
	else if (kind->by_verdict[XS_INCONCLUSIVE] > kind->by_verdict[XS_PASS])
		v->kind = (uint8_t)xs_because(v->why, XS_INCONCLUSIVE,
					      "%u of %u cases proved nothing",
					      kind->cases - kind->by_verdict[XS_PASS], kind->cases);
}

void xs_pool_conclude(struct xs_pool *p)
{
	for (uint32_t i = 0; i < p->runs; i++) {
		conclude_run(p->run[i]);
		add(&p->kind[p->run[i]->kind], p->run[i]);
	}
	p->verdict = p->runs ? XS_PASS : xs_because(p->why, XS_INCONCLUSIVE, "not one run");
	for (uint32_t i = 0; i < p->kinds; i++) {
		const struct xs_verdict *v = &p->kind[i].verdict;

		conclude_kind(&p->kind[i], p, i);
		if (i && xs_worse(p->verdict, v->kind) == p->verdict)
			continue;
		p->verdict = v->kind;
		memcpy(p->why, v->why, sizeof(p->why));
	}
	for (uint32_t i = 0; i < p->waivers->count; i++)
		p->waivers->of[i].applies = p->applied[i];
}
