// SPDX-License-Identifier: GPL-2.0-only
/* Many cases, to a verdict on the kernel: runs the schedule, and saves what it finds. */
#include "campaign/check.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "campaign/campaign.h"
#include "campaign/distinct.h"
#include "campaign/jobs.h"
#include "report/save.h"
#include "task/sys.h"

#define SLICES	     100u /* of the whole time, within these: */
#define SLICE_MIN_MS 100u
#define SLICE_MAX_MS 2000u
/* A saved case has to show its finding on a slower day too. */
#define SAVED_DURATION_MS 10000u
/* Of /proc/sys/kernel/tainted: died in an oops or BUG(), had a soft lockup. */
#define TAINTED_PAST_TRUST (1ul << 7 | 1ul << 14)

struct check {
	const struct xs_check *how;
	struct xs_runner *r;
	struct xs_repertoire repertoire;
	struct xs_parallel *p;
	struct xs_jobs jobs;
	struct xs_case c;	/* the last one that was judged, */
	struct xs_verdict last; /* and its verdict, without evidence and findings */
	struct xs_evidence sum;
	struct xs_campaign campaign;
	struct xs_findings *findings;
	struct xs_waivers *waivers;
	unsigned long tainted; /* before all cases; ~0: cannot be told */
};

/* Save the case of a finding, with where it came from in comments; print it where that fails. */
static void save_case(struct check *k, struct xs_distinct *d)
{
	static char text[XS_SAVED_BYTES];
	char head[64], path[sizeof(d->saved)], why[XS_WHY_BYTES] = "";
	const char *verdict = xs_verdict_names[d->kind];
	size_t bytes;

	d->unsaved = false;
	if (d->best.duration_ms < SAVED_DURATION_MS)
		d->best.duration_ms = SAVED_DURATION_MS;
	/* The same finding saves under the same name. */
	snprintf(d->best.name, sizeof(d->best.name), "%s-%08x", verdict, xs_case_hash(&d->best));
	snprintf(head, sizeof(head), "xsavage check found this: %s", verdict);
	bytes = xs_saved_text(text, &k->r->triage, head, NULL, &d->best);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.case",
			     k->how->save_dir ? k->how->save_dir : ".", d->best.name) >= sizeof(path))
		snprintf(why, sizeof(why), "the path is too long");
	else if (!xs_save(path, text, bytes, why)) {
		strcpy(d->saved, path);
		return;
	}
	xs_progress_clear(&k->r->progress);
	fprintf(stderr, "xsavage: the case could not be saved: %s; here it is:\n%s", why, text);
}

/* A folder that the user named has to be there; elsewhere the case is printed. */
static int check_folder(const struct check *k, char why[XS_WHY_BYTES])
{
	char path[PATH_MAX];
	int rc = -ENAMETOOLONG;

	if (!k->how->save_dir)
		return 0;
	if ((size_t)snprintf(path, sizeof(path), "%s/case", k->how->save_dir) < sizeof(path))
		rc = xs_save_check(path, why);
	return xs_why(rc, why, "--save %.150s: %m", k->how->save_dir);
}

static unsigned long read_taint(void)
{
	unsigned long taint = ~0ul;
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");

	if (!f)
		return taint;
	if (fscanf(f, "%lu", &taint) != 1)
		taint = ~0ul;
	fclose(f);
	return taint;
}

/*
 * Whether what is found from now on can be believed. Wrong registers say nothing about the kernel
 * as a whole. Where a task hung, or the log has a warning, the kernel must have ended it or gone
 * on, without an oops.
 */
static bool is_trusted(const struct check *k, const struct xs_ending *ending)
{
	if (ending->immortal)
		return false;
	if (!ending->hung && !ending->kernel_warned)
		return true;
	return k->tainted != ~0ul && !(read_taint() & ~k->tainted & TAINTED_PAST_TRUST);
}

/* Tell of a finding, in full where it is news. */
static void tell(struct check *k, struct xs_result *result)
{
	const uint32_t busy = xs_parallel_count(k->p, XS_CELL_BUSY);
	struct xs_runner *r = k->r;

	r->line.verdict = "findings so far";
	xs_runner_add(r, result);
	if (r->ktap || result->again || result->known)
		return;
	printf("\n");
	xs_report_verdict(stdout, "", result);
	printf("  found              in case %u, %.2f s after the start of the check\n",
	       k->campaign.cases, (double)(xs_now_ns() - r->begin_ns) / 1e9);
	if (result->ending->kernel_warned && busy)
		printf("  beside it          %u more cases, and the kernel log is everybody's: one "
		       "at a\n"
		       "                     time with --cells 1\n",
		       busy);
}

/* One finding of the last case, where @w covers it, and @result is to say of it. */
static void group(struct check *k, const struct xs_signature *s, struct xs_waiver *w,
		  struct xs_result *result)
{
	enum xs_novelty novelty;
	struct xs_distinct *d =
		xs_findings_add(k->findings, s, w, result, result->after_ns, &novelty);

	result->again &= novelty != XS_FINDING_NEW;
	if (!d || novelty == XS_FINDING_AGAIN)
		return;
	d->legs_out = result->plan->legs_out;
	/* A better one is saved in the end: there may be a better one yet. */
	if (w || novelty == XS_FINDING_BETTER)
		return;
	save_case(k, d);
	result->c = &d->best;
	result->saved = d->saved[0] ? d->saved : NULL;
}

/* A bad case: whether the check goes on. */
static bool found(struct check *k, struct xs_result *result, struct xs_wrongs *wrongs)
{
	struct xs_signature s[XS_RECORDS_MAX];
	const uint32_t n = xs_signatures(s, result->verdict, result->plan, result->ending,
					 xs_arena_cpu(k->r->session.arena));
	uint32_t rows[XS_AXES];
	bool known = true;

	xs_campaign_rows(&k->campaign, result->c, rows);
	result->again = true;
	result->after_ns = xs_now_ns() - k->r->begin_ns;
	for (uint32_t i = 0; i < n; i++) {
		const struct xs_signature *from = xs_wrongs_cause(wrongs, &s[i]);
		struct xs_waiver *w = xs_waivers_find(k->waivers, from ? from : &s[i], rows);

		if (w) {
			w->came = true;
			result->known = result->reason[i] = w->reason;
		}
		known &= w != NULL;
		if (from)
			result->follows |= 1u << i;
		else
			group(k, &s[i], w, result);
	}
	xs_wrongs_add(wrongs, s, n);
	if (!known)
		result->known = NULL;
	result->signature = s;
	result->signatures = n;
	tell(k, result);
	return (known || !k->how->first) && !result->verdict->interrupted &&
	       is_trusted(k, result->ending) && xs_runner_flush(k->r);
}

/* A case that was not bad: whether the check goes on. */
static bool add(struct check *k, const struct xs_result *result)
{
	const enum xs_verdict_kind kind = result->verdict->kind;
	uint32_t rows[XS_AXES];

	xs_evidence_add(&k->sum, &result->verdict->evidence);
	xs_runner_add(k->r, result);
	if (kind == XS_PASS) {
		xs_campaign_rows(&k->campaign, result->c, rows);
		xs_waivers_passed(k->waivers, rows);
	}
	return kind != XS_ERROR && !result->verdict->interrupted && xs_runner_flush(k->r);
}

/* What a case has come to: whether the check goes on. */
static bool take(void *arg, struct xs_result *result, struct xs_wrongs *wrongs)
{
	const struct xs_verdict *v = result->verdict;
	struct check *k = arg;
	bool more;

	k->c = *result->c;
	k->last.kind = v->kind;
	memcpy(k->last.why, v->why, sizeof(k->last.why));
	xs_campaign_add(&k->campaign, result->c, v);
	more = xs_verdict_is_bad(v->kind) ? found(k, result, wrongs) : add(k, result);
	k->r->line.elapsed_ns = k->sum.elapsed_ns;
	k->r->line.signals = k->sum.signals;
	k->r->line.faults = k->sum.faults;
	k->r->line.switches = k->sum.switches;
	return more;
}

uint32_t xs_check_slice_ms(uint32_t seconds)
{
	const uint32_t slice_ms = seconds * 1000 / SLICES;

	if (slice_ms < SLICE_MIN_MS)
		return SLICE_MIN_MS;
	return slice_ms > SLICE_MAX_MS ? SLICE_MAX_MS : slice_ms;
}

static void run_cases(struct check *k)
{
	xs_jobs_run(&k->jobs);
	k->last.interrupted = (uint8_t)xs_parallel_interrupted(k->p);
	if (xs_parallel_count(k->p, XS_CELL_DEAD) == xs_parallel_cells(k->p)->count)
		k->last.kind = (uint8_t)xs_because(k->last.why, XS_ERROR,
						   "the processes of all cells are gone");
}

/* The evidence's time is that of the windows alone: it lacks what begins and ends a case. */
static void print_coverage(const struct check *k, const char *prefix)
{
	printf("%s  ran                %u cases in %.1f s\n", prefix, k->campaign.cases,
	       (double)k->jobs.ran_ns / 1e9);
	xs_campaign_print(stdout, prefix, &k->campaign);
}

static void print_verdict(struct check *k, enum xs_verdict_kind kind, const char *why)
{
	char subject[XS_SUBJECT_BYTES];
	struct xs_verdict v = { .kind = (uint8_t)kind, .evidence = k->sum };
	const struct xs_result result = { .c = &k->c, .verdict = &v };

	v.interrupted = k->last.interrupted;
	snprintf(v.why, sizeof(v.why), "%s", why);
	snprintf(k->c.name, sizeof(k->c.name), "%.*s", (int)sizeof(k->c.name) - 1,
		 xs_triage_subject(&k->r->triage, subject));
	printf("\n");
	xs_report_verdict(stdout, "", &result);
}

static enum xs_verdict_kind conclude(struct check *k)
{
	const char *prefix = k->r->ktap ? "# " : "";
	const enum xs_verdict_kind worst = xs_findings_worst(k->findings);
	char why[XS_WHY_BYTES];
	enum xs_verdict_kind kind;

	kind = xs_campaign_conclude(&k->campaign, worst, &k->last, k->c.name, why);
	xs_progress_clear(&k->r->progress);
	for (uint32_t i = 0; i < k->findings->count; i++)
		if (k->findings->of[i].unsaved && !k->findings->of[i].waiver)
			save_case(k, &k->findings->of[i]);
	if (!k->r->ktap)
		print_verdict(k, kind, why);
	print_coverage(k, prefix);
	xs_findings_print(stdout, prefix, k->findings);
	xs_waivers_print_absent(stdout, prefix, k->waivers);
	if (kind == XS_CORRUPT && !k->r->ktap) {
		printf("\n");
		xs_report_advice(stdout, &k->r->triage, k->how->threads);
	}
	if (k->r->json &&
	    (xs_json_summary(k->r->json, "cells", json_integer(xs_parallel_cells(k->p)->count)) ||
	     xs_json_conclude(k->r->json, kind, why, k->last.interrupted) ||
	     xs_json_cover(k->r->json, &k->campaign.coverage) ||
	     xs_findings_to_json(k->r->json, k->findings) ||
	     xs_waivers_to_json(k->r->json, k->waivers)))
		fprintf(stderr, "xsavage: no memory to add findings to the JSON report\n");
	return kind;
}

static int write_known(const struct check *k)
{
	char subject[XS_SUBJECT_BYTES], why[XS_WHY_BYTES] = "";
	const int rc = xs_findings_write_known(
		k->findings, xs_triage_subject(&k->r->triage, subject), k->how->write_known, why);

	if (rc)
		fprintf(stderr, "xsavage: --write-known %s\n", why);
	return rc;
}

static int open_jobs(struct check *k, char why[XS_WHY_BYTES])
{
	k->repertoire.cpus = xs_parallel_cells(k->p)->least_pus;
	k->jobs = (struct xs_jobs){ .p = k->p,
				    .r = k->r,
				    .repertoire = &k->repertoire,
				    .whole_ns = (uint64_t)k->how->seconds * 1000000000,
				    .slice_ms = xs_check_slice_ms(k->how->seconds),
				    .take = take,
				    .arg = k };
	return xs_jobs_open(&k->jobs, why);
}

/* What the check needs before its first case: 0, or -errno with the error printed. */
static int begin(struct check *k)
{
	char why[XS_WHY_BYTES] = "no memory";
	int rc = -ENOMEM;

	k->findings = calloc(1, sizeof(*k->findings));
	k->waivers = calloc(1, sizeof(*k->waivers));
	if (k->findings && k->waivers)
		rc = 0;
	if (!rc)
		rc = check_folder(k, why);
	if (!rc && k->how->known)
		rc = xs_waivers_load(k->waivers, k->how->known, xs_triage_version(&k->r->triage),
				     why);
	if (!rc && k->how->write_known)
		rc = xs_save_check(k->how->write_known, why);
	if (!rc)
		rc = xs_parallel_open(&k->p, k->r, k->how->cells, why);
	if (!rc)
		rc = open_jobs(k, why);
	if (rc)
		fprintf(stderr, "xsavage: %s\n", why);
	k->tainted = read_taint();
	xs_campaign_begin(&k->campaign, &k->repertoire, k->r->session.allowed);
	k->r->line.total_ns = k->jobs.whole_ns;
	return rc;
}

static void print_head(const struct check *k)
{
	const struct xs_cells *cells = xs_parallel_cells(k->p);

	xs_triage_print(stdout, &k->r->triage);
	if (cells->count > 1)
		printf("Cells       %u, each of %u CPUs or more, with a case at a time\n",
		       cells->count, cells->least_pus);
}

int xs_check(struct xs_runner *r, const struct xs_check *how)
{
	struct check k = { .how = how, .r = r, .repertoire = *xs_session_repertoire(&r->session) };
	enum xs_verdict_kind kind = XS_ERROR;

	if (begin(&k))
		goto out;
	if (!r->ktap)
		print_head(&k);
	/* Or nobody is going to read it. */
	if (r->ktap || xs_runner_flush(r)) {
		run_cases(&k);
		kind = conclude(&k);
		if (how->write_known && write_known(&k))
			kind = xs_worse(XS_ERROR, kind);
	}
out:
	xs_jobs_close(&k.jobs);
	xs_parallel_close(k.p);
	free(k.findings);
	free(k.waivers);
	return xs_exit_code(kind, k.last.interrupted, r->bisect);
}
