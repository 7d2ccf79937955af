// SPDX-License-Identifier: GPL-2.0-only
/* A report of check or replay, read back: each value is checked before it is used. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "campaign/pool.h"
#include "report/evidence.h"

#define NUMBER_MAX (1ull << 53) /* nothing that a case counts comes to that */
#define AGAIN	   "pool with the xsavage that wrote it, or run it again with this one"

static int index_of(const char *word, const char *const names[], int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(word, names[i]))
			return i;
	return -1;
}

static enum xs_verdict_kind read_verdict(struct xs_reader *r, const json_t *o, const char *key)
{
	const char *word = xs_reader_text(r, o, key, true, XS_POOL_TEXT_BYTES);
	const int kind = index_of(word, xs_verdict_names, XS_VERDICTS);

	if (kind < 0)
		xs_reader_fail(r, key, "no verdict is called '%.40s'; " AGAIN, word);
	return kind < 0 ? XS_ERROR : (enum xs_verdict_kind)kind;
}

/* What it says goes to terminals, where control characters could be escape codes. */
static void copy(struct xs_reader *r, const json_t *o, const char *key, bool need, char *to,
		 size_t bytes)
{
	const char *from = xs_reader_text(r, o, key, need, bytes);

	for (; *from; from++)
		*to++ = *from >= ' ' && *from <= '~' ? *from : '?';
	*to = '\0';
}

static void read_evidence(struct xs_reader *r, const json_t *one, struct xs_evidence *e)
{
	const json_t *o = xs_reader_object(r, one, "evidence");
	const size_t where = xs_reader_enter(r, "evidence", -1);

	for (size_t i = 0; i < XS_EVIDENCE_FIELDS; i++)
		*xs_evidence_at(e, &xs_evidence_fields[i]) =
			xs_reader_number(r, o, xs_evidence_fields[i].key, NUMBER_MAX);
	xs_reader_leave(r, where);
}

/* Six words with a blank between them. */
static void read_signature(struct xs_reader *r, const json_t *o, struct xs_signature *s)
{
	char text[XS_SIGNATURE_BYTES], *at = text;

	copy(r, o, "signature", true, text, sizeof(text));
	for (uint32_t i = 0; i < XS_SIGNATURE_WORDS; i++) {
		const char *word = strsep(&at, " ");

		if (!word || !*word || strlen(word) >= sizeof(s->word[i]) ||
		    !xs_signature_knows(i, word)) {
			xs_reader_fail(r, "signature",
				       "'%.60s' is not the six words of one; " AGAIN,
				       xs_reader_text(r, o, "signature", true, sizeof(text)));
			return;
		}
		strcpy(s->word[i], word);
	}
	if (at)
		xs_reader_fail(r, "signature", "more than the six words of one; " AGAIN);
	s->alone = xs_reader_boolean(r, o, "alone");
}

static void read_findings(struct xs_reader *r, const json_t *one, struct xs_pool_case *c)
{
	const json_t *list = xs_reader_list(r, one, "distinct");

	copy(r, one, "saved", false, c->saved, sizeof(c->saved));
	if (json_array_size(list) > XS_RECORDS_MAX)
		xs_reader_fail(r, "distinct", "%zu findings, where %u are the most; " AGAIN,
			       json_array_size(list), XS_RECORDS_MAX);
	for (size_t i = 0; !r->why[0] && i < json_array_size(list); i++) {
		const size_t where = xs_reader_enter(r, "distinct", (int64_t)i);
		struct xs_pool_finding *f = &c->finding[c->findings++];
		const json_t *o = json_array_get(list, i);

		if (!json_is_object(o))
			xs_reader_fail(r, NULL, "no object; " AGAIN);
		read_signature(r, o, &f->signature);
		copy(r, o, "known", false, f->known, sizeof(f->known));
		f->after_ns = xs_reader_number(r, o, "after_ns", NUMBER_MAX);
		xs_reader_leave(r, where);
	}
	if (xs_verdict_is_bad(c->v.kind) && !json_array_size(xs_reader_list(r, one, "signatures")))
		xs_reader_fail(r, "signatures", "empty, and the verdict is %s; " AGAIN,
			       xs_verdict_names[c->v.kind]);
	if (!xs_verdict_is_bad(c->v.kind) && c->findings)
		xs_reader_fail(r, "distinct", "not empty, and the verdict is %s; " AGAIN,
			       xs_verdict_names[c->v.kind]);
}

void xs_pool_read_case(struct xs_reader *r, const json_t *one, struct xs_pool_case *c)
{
	char why[XS_WHY_BYTES];
	const char *text, *name;

	memset(&c->v, 0, offsetof(struct xs_verdict, finding));
	c->findings = 0;
	memset(&c->c, 0, sizeof(c->c));
	if (!json_is_object(one))
		xs_reader_fail(r, NULL, "no object; " AGAIN);
	name = xs_reader_text(r, one, "name", true, 8192);
	text = xs_reader_text(r, one, "case", false, XS_CASE_TEXT_MAX);
	c->loaded = *text;
	c->v.kind = (uint8_t)read_verdict(r, one, "verdict");
	copy(r, one, "why", false, c->v.why, sizeof(c->v.why));
	read_evidence(r, one, &c->v.evidence);
	read_findings(r, one, c);
	if (r->why[0])
		return;
	if (c->loaded && xs_case_parse(&c->c, text, strlen(text), name, why))
		xs_reader_fail(r, "case", "%.200s; " AGAIN, why);
	else if (!c->loaded && c->v.kind != XS_ERROR)
		xs_reader_fail(r, "case", "null, and the verdict is %s; " AGAIN,
			       xs_verdict_names[c->v.kind]);
}

/* Rows by name. */
static uint32_t read_rows(struct xs_reader *r, const json_t *o, const char *key,
			  enum xs_axis_id axis)
{
	const json_t *list = xs_reader_list(r, o, key);
	uint32_t mask = 0;

	for (size_t i = 0; !r->why[0] && i < json_array_size(list); i++) {
		const char *name = xs_reader_item(r, list, i, key, XS_POOL_TEXT_BYTES);
		const int row = xs_row(axis, name);

		if (row < 0)
			xs_reader_fail(r, key, "'%.40s' is none of the %s; " AGAIN, name,
				       xs_axes[axis].title);
		else
			mask |= 1u << row;
	}
	return mask;
}

static void read_coverage(struct xs_reader *r, const json_t *summary, struct xs_coverage *c)
{
	const json_t *all = xs_reader_object(r, summary, "coverage"), *legs;
	const size_t top = xs_reader_enter(r, "coverage", -1);

	for (uint32_t i = 0; !r->why[0] && i < XS_AXES; i++) {
		const json_t *one = xs_reader_object(r, all, xs_axes[i].key);
		const size_t where = xs_reader_enter(r, xs_axes[i].key, -1);

		c->had[i] = read_rows(r, one, "covered", i);
		c->here[i] = c->had[i] | read_rows(r, one, "not_covered", i);
		c->left_out[i] = read_rows(r, one, "left_out", i);
		xs_reader_leave(r, where);
	}
	legs = xs_reader_list(r, xs_reader_object(r, all, "legs"), "left_out");
	for (size_t i = 0; !r->why[0] && i < json_array_size(legs); i++) {
		const char *name = xs_reader_item(r, legs, i, "legs.left_out", XS_POOL_TEXT_BYTES);
		const int leg = index_of(name, xs_leg_names, XS_LEGS);

		if (leg < 0)
			xs_reader_fail(r, "legs.left_out", "no leg is called '%.40s'; " AGAIN,
				       name);
		else
			c->legs_out |= 1u << leg;
	}
	xs_reader_leave(r, top);
}

static void read_machine(struct xs_reader *r, const json_t *root, struct xs_pool_machine *m)
{
	const json_t *o = xs_reader_object(r, root, "triage");
	const size_t where = xs_reader_enter(r, "triage", -1);
	const char *xcr0;
	char *end;

	copy(r, o, "tested", true, m->tested, sizeof(m->tested));
	copy(r, o, "version", true, m->build, sizeof(m->build));
	copy(r, o, "cpu", false, m->cpu, sizeof(m->cpu));
	xcr0 = xs_reader_text(r, o, "xcr0", true, XS_POOL_TEXT_BYTES);
	m->xcr0 = strtoull(xcr0, &end, 16);
	if (strncmp(xcr0, "0x", 2) != 0 || *end || strlen(xcr0) > 18)
		xs_reader_fail(r, "xcr0", "'%.40s' is no hexadecimal number; " AGAIN, xcr0);
	xs_reader_leave(r, where);
}

static void read_run(struct xs_reader *r, const json_t *root, struct xs_pool_run *run)
{
	const json_t *o = xs_reader_object(r, root, "run");
	const size_t where = xs_reader_enter(r, "run", -1);

	copy(r, o, "id", true, run->run.id, sizeof(run->run.id));
	copy(r, o, "host", true, run->run.host, sizeof(run->run.host));
	copy(r, o, "begun", true, run->run.begun, sizeof(run->run.begun));
	copy(r, o, "release", true, run->release, sizeof(run->release));
	copy(r, o, "command", true, run->command, sizeof(run->command));
	run->run.contract = xs_reader_boolean(r, o, "abi");
	if (strspn(run->run.id, "0123456789abcdef") != XS_RUN_ID_BYTES - 1)
		xs_reader_fail(r, "id", "not %u hexadecimal digits; " AGAIN, XS_RUN_ID_BYTES - 1);
	if (!strcmp(run->command, "pool"))
		xs_reader_fail(r, "command", "a pool: give the reports that it was made of");
	else if (strcmp(run->command, "check") != 0 && strcmp(run->command, "replay") != 0)
		xs_reader_fail(r, "command", "'%s' is neither check nor replay; " AGAIN,
			       run->command);
	xs_reader_leave(r, where);
}

/* Whoever takes cases out of a report has to say so somewhere else. */
static void check_counts(struct xs_reader *r, const json_t *cases, const json_t *summary)
{
	const uint64_t n = xs_reader_number(r, summary, "cases", NUMBER_MAX);

	if (n != json_array_size(cases))
		xs_reader_fail(r, "cases",
			       "%llu, and the report has %zu; take it anew from where it was "
			       "written",
			       (unsigned long long)n, json_array_size(cases));
}

void xs_pool_read_gap(struct xs_reader *r, const json_t *root, const struct xs_coverage *c,
		      struct xs_pool_gap *gap)
{
	const uint32_t bit = 1u << gap->row;
	const char *key = xs_axes[gap->axis].key, *name = xs_name(gap->axis, gap->row);
	const json_t *all;
	size_t where;

	if ((c->here[gap->axis] | c->left_out[gap->axis]) & bit) {
		snprintf(gap->why, sizeof(gap->why), "%s",
			 c->here[gap->axis] & bit ? "no case that had it has passed"
						  : "left out by a filter");
		return;
	}
	all = xs_reader_object(r, root, "missing");
	where = xs_reader_enter(r, "missing", -1);
	all = xs_reader_object(r, all, key);
	xs_reader_enter(r, key, -1);
	if (!all || json_object_get(all, name))
		copy(r, all, name, true, gap->why, sizeof(gap->why));
	else /* neither there nor missing: it is newer than the report */
		snprintf(gap->why, sizeof(gap->why), "the xsavage of that time did not have it");
	xs_reader_leave(r, where);
}

static void read_format(struct xs_reader *r, const json_t *root)
{
	if (!json_object_get(root, "format"))
		xs_reader_fail(
			r, "format",
			"is missing: xsavage %.20s did not say yet in which form a report is; "
			"run it again with this one",
			xs_reader_text(r, root, "version", true, XS_POOL_TEXT_BYTES));
	else if (xs_reader_number(r, root, "format", UINT32_MAX) != XS_JSON_FORMAT)
		xs_reader_fail(r, "format", "not %d, the one that this xsavage knows; " AGAIN,
			       XS_JSON_FORMAT);
}

void xs_pool_read(struct xs_reader *r, const json_t *root, struct xs_pool_run *run)
{
	const json_t *tool = json_object_get(root, "tool"), *cases, *summary;
	size_t where;

	if (!json_is_string(tool) || strcmp(json_string_value(tool), "xsavage") != 0)
		xs_reader_fail(r, "tool",
			       "not \"xsavage\": no report of its; give what --json of "
			       "check or replay has written");
	read_format(r, root);
	read_run(r, root, run);
	read_machine(r, root, &run->machine);
	cases = xs_reader_list(r, root, "cases");
	summary = xs_reader_object(r, root, "summary");
	where = xs_reader_enter(r, "summary", -1);
	run->said = read_verdict(r, summary, "verdict");
	copy(r, summary, "why", false, run->said_why, sizeof(run->said_why));
	run->interrupted = xs_reader_boolean(r, summary, "interrupted");
	read_coverage(r, summary, &run->campaign.coverage);
	check_counts(r, cases, summary);
	xs_reader_leave(r, where);
}
