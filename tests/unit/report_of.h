/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports as check and replay write them, for what reads them. To be included behind cmocka's
 * header. */
#ifndef XS_TEST_REPORT_OF_H
#define XS_TEST_REPORT_OF_H

#include <jansson.h>

#include "campaign/campaign.h"
#include "report/run.h"
#include "unit/scene.h"
#include "unit/signature_of.h"

/* What a report is to say; what is left zero is usual. */
struct report_of {
	const char *id; /* one digit: it is made of them */
	const char *release, *cpu, *host;
	uint32_t passed, inconclusive, skipped, errors;
	const char *finding; /* a signature, or NULL */
	bool alone;
	const char *known; /* its reason there, or NULL */
	uint32_t lacks;	   /* rows of the stack axis */
	enum xs_verdict_kind verdict;
	bool interrupted, contract;
	const char *command;
};

static inline void report_add(struct xs_json *j, struct xs_campaign *k, const struct report_of *o,
			      enum xs_verdict_kind kind)
{
	struct scene *s = kind == XS_CORRUPT ? scene_corrupt() : scene_new(kind);
	struct xs_signature signature;

	s->v.evidence.wall_ns = s->v.evidence.elapsed_ns + 1000;
	if (kind != XS_PASS && kind != XS_CORRUPT)
		strcpy(s->v.why, "no luck");
	if (kind == XS_CORRUPT) {
		signature = of(o->finding, o->alone);
		s->r.signature = &signature;
		s->r.signatures = 1;
		s->r.reason[0] = s->r.known = o->known;
		s->r.after_ns = 7000000;
		s->r.saved = "corrupt-1.case";
	}
	if (kind == XS_ERROR) {
		s->r.c = NULL;
		s->r.file = "nowhere.case";
	} else {
		xs_campaign_add(k, &s->c, &s->v);
	}
	assert_int_equal(xs_json_add(j, &s->r), 0);
	free(s);
}

static inline json_t *report_missing(uint32_t lacks)
{
	json_t *all = json_object();

	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		json_t *one = json_object();

		for (uint32_t row = 0; axis == XS_AXIS_STACK && row < xs_axes[axis].rows; row++)
			if (lacks >> row & 1)
				json_object_set_new(one, xs_name(axis, row),
						    json_string("none in here"));
		json_object_set_new(all, xs_axes[axis].key, one);
	}
	return all;
}

/* Its text, to be freed. */
static inline char *report_of(const struct report_of *o)
{
	struct xs_triage t = { .cpu = { .xcr0 = 7 } };
	struct xs_run run = { .begun = "2026-11-27T20:00:00Z", .contract = o->contract };
	struct xs_repertoire have = { .cpus = 2 };
	enum xs_verdict_kind verdict = o->finding && !o->known ? XS_CORRUPT : o->verdict;
	struct xs_campaign k;
	struct xs_json *j;
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	snprintf(t.release, sizeof(t.release), "%s", o->release ? o->release : "6.1.0");
	snprintf(t.version, sizeof(t.version), "#1 SMP");
	snprintf(t.cpu.brand, sizeof(t.cpu.brand), "%s", o->cpu ? o->cpu : "Some CPU");
	snprintf(run.host, sizeof(run.host), "%s", o->host ? o->host : "box");
	memset(run.id, o->id ? *o->id : '0', sizeof(run.id) - 1);
	run.command = o->command ? o->command : "check";
	run.release = t.release;
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		have.rows[axis] = xs_all_rows(axis);
	have.rows[XS_AXIS_STACK] &= ~o->lacks;
	xs_campaign_begin(&k, &have, UINT32_MAX);
	assert_int_equal(xs_json_open(&j, "0.2", &t), 0);
	assert_int_equal(xs_json_set(j, "run", xs_run_to_json(&run)), 0);
	assert_int_equal(xs_json_set(j, "missing", report_missing(o->lacks)), 0);
	for (uint32_t i = 0; i < o->passed; i++)
		report_add(j, &k, o, XS_PASS);
	for (uint32_t i = 0; i < o->inconclusive; i++)
		report_add(j, &k, o, XS_INCONCLUSIVE);
	for (uint32_t i = 0; i < o->skipped; i++)
		report_add(j, &k, o, XS_SKIP);
	for (uint32_t i = 0; i < o->errors; i++)
		report_add(j, &k, o, XS_ERROR);
	if (o->finding)
		report_add(j, &k, o, XS_CORRUPT);
	if (verdict == XS_INCONCLUSIVE && !o->inconclusive && !o->interrupted)
		verdict = XS_PASS;
	assert_int_equal(
		xs_json_conclude(j, verdict, verdict == XS_PASS ? "" : "no <luck>", o->interrupted),
		0);
	assert_int_equal(xs_json_cover(j, &k.coverage), 0);
	assert_int_equal(xs_json_print(j, f), 0);
	xs_json_close(j);
	fclose(f);
	assert_non_null(text);
	return text;
}

#endif
