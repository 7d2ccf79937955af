// SPDX-License-Identifier: GPL-2.0-only
/* Many cases, to a verdict on the kernel: runs the schedule, and saves what it finds. */
#include "campaign/check.h"

#include "campaign/campaign.h"
#include "report/save.h"
#include "task/sys.h"

#define SLICES	     100u /* of the whole time, within these: */
#define SLICE_MIN_MS 100u
#define SLICE_MAX_MS 2000u
/* A saved case has to show its finding on a slower day too. */
#define SAVED_DURATION_MS 10000u

struct check {
	const struct xs_check *how;
	struct xs_runner *r;
	struct xs_repertoire repertoire;
	struct xs_case c; /* the last case */
	struct xs_evidence sum;
	struct xs_campaign campaign;
	uint64_t found_ns; /* since the program's begin */
	uint64_t ran_ns;   /* all cases, with what lies between them */
};

/* Save the last case, with where it came from in comments; print it where that fails. */
static void save_case(struct check *k, char path[4096])
{
	static char text[XS_SAVED_BYTES];
	char head[64], why[XS_WHY_BYTES] = "";
	const char *verdict = xs_verdict_names[k->r->outcome.verdict.kind];
	size_t bytes;

	if (k->c.duration_ms < SAVED_DURATION_MS)
		k->c.duration_ms = SAVED_DURATION_MS;
	/* The same finding saves under the same name. */
	snprintf(k->c.name, sizeof(k->c.name), "%s-%08x", verdict, xs_case_hash(&k->c));
	snprintf(head, sizeof(head), "xsavage check found this: %s", verdict);
	bytes = xs_saved_text(text, &k->r->triage, head, NULL, &k->c);
	snprintf(path, 4096, "%s/%s.case", k->how->save_dir, k->c.name);
	if (!xs_save(path, text, bytes, why))
		return;
	path[0] = '\0';
	fprintf(stderr, "xsavage: the case could not be saved: %s; here it is:\n%s", why, text);
}

/* Run one case: whether the check goes on. */
static bool run_case(struct check *k, uint32_t n, uint32_t slice_ms)
{
	struct xs_progress_line *line = &k->r->line;
	struct xs_result result;
	enum xs_verdict_kind kind;

	xs_schedule(&k->c, &k->repertoire, n, slice_ms);
	line->name = k->c.name;
	line->number = n + 1;
	line->elapsed_ns = k->sum.elapsed_ns;
	line->signals = k->sum.signals;
	line->faults = k->sum.faults;
	line->switches = k->sum.switches;
	result = xs_runner_run(k->r, &k->c, (struct xs_run_options){ 0 });
	kind = result.verdict->kind;
	xs_evidence_add(&k->sum, &result.verdict->evidence);
	xs_campaign_add(&k->campaign, &k->c, result.verdict);
	if (xs_verdict_is_bad(kind)) /* it is not yet saved */
		return false;
	xs_runner_add(k->r, &result);
	return kind != XS_ERROR && !result.verdict->interrupted && xs_runner_flush(k->r);
}

uint32_t xs_check_slice_ms(uint32_t seconds)
{
	const uint32_t slice_ms = seconds * 1000 / SLICES;

	if (slice_ms < SLICE_MIN_MS)
		return SLICE_MIN_MS;
	return slice_ms > SLICE_MAX_MS ? SLICE_MAX_MS : slice_ms;
}

/*
 * For as long as was asked for, counted from the first case: on a slow machine looking around may
 * take longer than that, and one case at least is run. The last one fills what is left.
 */
static void run_cases(struct check *k)
{
	const uint64_t from_ns = xs_now_ns(), whole_ns = k->r->line.total_ns;
	const uint32_t slice_ms = xs_check_slice_ms(k->how->seconds);
	bool more = true;

	for (uint32_t n = 0; more && k->ran_ns < whole_ns; n++) {
		const uint64_t left_ms = (whole_ns - k->ran_ns) / 1000000;

		more = run_case(k, n, left_ms < slice_ms ? (uint32_t)left_ms + 1 : slice_ms);
		k->ran_ns = xs_now_ns() - from_ns;
	}
}

/* The evidence's time is that of the windows alone: it lacks what begins and ends a case. */
static void print_coverage(const struct check *k, const char *prefix)
{
	printf("%s  ran                %u cases in %.1f s\n", prefix, k->campaign.cases,
	       (double)k->ran_ns / 1e9);
	xs_campaign_print(stdout, prefix, &k->campaign);
}

static void print_verdict(struct check *k, enum xs_verdict_kind kind, const char *why,
			  const char *saved)
{
	struct xs_verdict v = k->r->outcome.verdict;
	char subject[XS_SUBJECT_BYTES];
	struct xs_result result = xs_runner_result(k->r, &k->c);

	result.verdict = &v;
	result.saved = saved;
	if (why[0])
		snprintf(v.why, sizeof(v.why), "%s", why);
	v.kind = (uint8_t)kind;
	v.evidence = k->sum;
	if (!xs_verdict_is_bad(kind))
		snprintf(k->c.name, sizeof(k->c.name), "%.*s", (int)sizeof(k->c.name) - 1,
			 xs_triage_subject(&k->r->triage, subject));
	printf("\n");
	xs_report_verdict(stdout, "", &result);
	if (xs_verdict_is_bad(kind))
		printf("  found              in case %u, %.2f s after the start of the check\n",
		       k->campaign.cases, (double)k->found_ns / 1e9);
	else
		print_coverage(k, "");
	if (kind == XS_CORRUPT) {
		printf("\n");
		xs_report_advice(stdout, &k->r->triage, k->how->threads);
	}
}

static enum xs_verdict_kind conclude(struct check *k)
{
	struct xs_result result = xs_runner_result(k->r, &k->c);
	char why[XS_WHY_BYTES], path[4096] = "";
	enum xs_verdict_kind kind;

	k->found_ns = xs_now_ns() - k->r->begin_ns;
	kind = xs_campaign_conclude(&k->campaign, result.verdict, k->c.name, why);
	xs_progress_clear(&k->r->progress);
	if (xs_verdict_is_bad(kind)) {
		save_case(k, path);
		result.saved = path[0] ? path : NULL;
		xs_runner_add(k->r, &result);
	}
	if (!k->r->ktap)
		print_verdict(k, kind, why, result.saved);
	else
		print_coverage(k, "# ");
	if (k->r->json && xs_json_cover(k->r->json, &k->campaign.coverage))
		fprintf(stderr, "xsavage: no memory to add the coverage to the JSON report\n");
	return kind;
}

int xs_check(struct xs_runner *r, const struct xs_check *how)
{
	struct check k = { .how = how, .r = r, .repertoire = *xs_session_repertoire(&r->session) };
	enum xs_verdict_kind kind = XS_ERROR;

	xs_campaign_begin(&k.campaign, &k.repertoire, r->session.allowed);
	r->line.total_ns = (uint64_t)how->seconds * 1000000000;
	if (!r->ktap)
		xs_triage_print(stdout, &r->triage);
	/* Or nobody is going to read it. */
	if (r->ktap || xs_runner_flush(r)) {
		run_cases(&k);
		kind = conclude(&k);
	}
	return xs_exit_code(kind, r->outcome.verdict.interrupted, r->bisect);
}
