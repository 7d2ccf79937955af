// SPDX-License-Identifier: GPL-2.0-only
/* Saved cases again and again, and how often they hit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/campaign.h"
#include "campaign/check.h"
#include "campaign/tally.h"
#include "campaign/waiver.h"
#include "case/wait.h"
#include "report/names.h"
#include "task/sys.h"

struct replay {
	struct xs_runner *r;
	uint32_t runs; /* of each case */
	struct xs_tally tally;
	struct xs_waivers *waivers;
	enum xs_verdict_kind news;   /* the worst of a case's runs that are not known */
	struct xs_campaign campaign; /* of the JSON report */
	char why[XS_WHY_BYTES];	     /* of the worst of all runs that are not bad, .doubt */
	enum xs_verdict_kind doubt;
	int interrupted; /* the signal that ended it all, or 0 */
};

/* Say of a result whether all of its findings, which go to @s, are known. */
static void know(struct replay *p, struct xs_result *result, struct xs_signature s[XS_RECORDS_MAX])
{
	uint32_t rows[XS_AXES], known = 0;

	xs_case_rows(result->c, rows);
	result->signature = s;
	result->signatures = xs_signatures(s, result->verdict, result->plan, result->ending,
					   xs_arena_cpu(p->r->session.arena));
	for (uint32_t i = 0; i < result->signatures; i++) {
		const struct xs_waiver *w = xs_waivers_find(p->waivers, &s[i], rows);

		if (!w)
			continue;
		known++;
		result->reason[i] = w->reason;
	}
	if (known == result->signatures)
		result->known = result->reason[0];
}

/* What is in the end said of the runs that were no finding. */
static void note_doubt(struct replay *p, const struct xs_verdict *v)
{
	if (xs_verdict_is_bad(v->kind) || xs_worse(p->doubt, v->kind) == p->doubt)
		return;
	p->doubt = v->kind;
	memcpy(p->why, v->why, sizeof(p->why));
}

static void run_once(struct replay *p, const struct xs_case *c)
{
	struct xs_result result = xs_runner_run(p->r, c, (struct xs_run_options){ 0 });
	struct xs_signature s[XS_RECORDS_MAX];
	bool first = !p->tally.runs || result.verdict->kind != p->tally.worst;

	result.after_ns = xs_now_ns() - p->r->begin_ns;
	know(p, &result, s);
	note_doubt(p, result.verdict);
	xs_campaign_add(&p->campaign, c, result.verdict);
	if (!result.known) {
		first |= result.verdict->kind != p->news;
		p->news = xs_worse(result.verdict->kind, p->news);
	}
	xs_runner_add(p->r, &result);
	/* The first of its kind says it all; the tally counts the others. */
	if (!p->r->ktap && first)
		xs_report_verdict(stdout, "", &result);
	xs_runner_flush(p->r);
	xs_tally_add(&p->tally, result.verdict);
	p->interrupted = result.verdict->interrupted;
	if (result.ending->immortal)
		xs_say_immortal();
}

/*
 * Nobody waits for runs after an interruption, or when the reader of the results is gone; and
 * beside a process that keeps a CPU for good they would show nothing.
 */
static bool going_on(const struct replay *p)
{
	return !p->interrupted && !p->r->outcome.ending.immortal && xs_runner_flush(p->r);
}

/* What parses KTAP or JSON counts results: a file that is none must not be missing among them. */
static void not_loaded(struct replay *p, const char *file, const char *why)
{
	static struct xs_verdict verdict = { .kind = XS_ERROR };
	char name[XS_PRINTABLE_BYTES];
	const struct xs_result result = { .verdict = &verdict, .file = xs_printable(name, file) };

	snprintf(verdict.why, sizeof(verdict.why), "%s", why);
	xs_runner_add(p->r, &result);
	note_doubt(p, &verdict);
}

static enum xs_verdict_kind replay_file(struct replay *p, const char *file)
{
	struct xs_progress_line *line = &p->r->line;
	struct xs_tally *t = &p->tally;
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;
	int rc = xs_case_load(&c, file, why);

	if (rc) {
		fprintf(stderr, "xsavage: %s\n", why);
		if (rc == -EINTR)
			p->interrupted = xs_stop_take();
		else
			not_loaded(p, file, why);
		return XS_ERROR;
	}
	xs_tally_reset(t);
	p->news = XS_PASS;
	line->name = c.name;
	line->total_ns = (uint64_t)c.duration_ms * 1000000;
	line->cases = p->runs;
	for (uint32_t i = 0; i < p->runs && going_on(p) && t->worst != XS_SKIP; i++) {
		line->number = i + 1;
		run_once(p, &c);
	}
	if (!p->r->ktap && p->runs > 1 && t->worst != XS_SKIP)
		xs_tally_print(stdout, file, t);
	return p->news;
}

int xs_replay(struct xs_runner *r, char *const files[], uint32_t count, uint32_t runs,
	      const char *known)
{
	struct replay p = {
		.r = r, .runs = runs, .waivers = calloc(1, sizeof(*p.waivers)), .doubt = XS_PASS
	};
	enum xs_verdict_kind worst = XS_ERROR;
	char why[XS_WHY_BYTES] = "";

	if (!p.waivers || xs_tally_open(&p.tally, runs)) {
		fprintf(stderr, "xsavage: no memory for %u runs\n", runs);
		goto out;
	}
	if (known && xs_waivers_load(p.waivers, known, xs_triage_version(&r->triage), why)) {
		fprintf(stderr, "xsavage: %s\n", why);
		goto out;
	}
	worst = XS_PASS;
	if (r->json)
		xs_campaign_begin(&p.campaign, xs_session_repertoire(&r->session),
				  r->session.allowed);
	for (uint32_t i = 0; i < count && going_on(&p); i++)
		worst = xs_worse(replay_file(&p, files[i]), worst);
	if (r->json &&
	    (xs_json_conclude(r->json, worst, worst == p.doubt ? p.why : "", p.interrupted) ||
	     xs_json_cover(r->json, &p.campaign.coverage)))
		fprintf(stderr, "xsavage: no memory to add the verdict to the JSON report\n");
out:
	xs_tally_close(&p.tally);
	free(p.waivers);
	return xs_exit_code(worst, p.interrupted, r->bisect);
}
