// SPDX-License-Identifier: GPL-2.0-only
/* Pooled runs as JSON (docs/xsavage-pool.schema.json). */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "campaign/pool.h"
#include "report/evidence.h"
#include "report/interval.h"
#include "report/names.h"

/* jansson takes NULL for no memory, and so does what it is put into. */
static json_t *or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *kind_to_json(const struct xs_pool_kind *k)
{
	json_t *components = json_array();

	for (uint32_t i = 0; i < XS_COMPONENTS; i++)
		if (k->machine.xcr0 >> i & 1 && xs_xfeature_name(i))
			json_array_append_new(components, json_string(xs_xfeature_name(i)));
	return json_pack(
		"{s:s, s:s, s:o, s:o, s:s, s:o, s:i, s:i, s:i, s:i, s:o, s:o}", "tested",
		k->machine.tested, "build", k->machine.build, "cpu", or_null(k->machine.cpu),
		"components", components, "verdict", xs_verdict_names[k->verdict.kind], "why",
		or_null(k->verdict.why), "runs", (int)k->runs, "passed", (int)k->passed, "known",
		(int)k->known, "cases", (int)k->cases, "evidence",
		xs_evidence_to_json(&k->evidence), "corruption_rate_below",
		k->verdict.kind == XS_PASS ? json_real(xs_rule_of_three(k->evidence.signals))
					   : json_null());
}

static json_t *run_to_json(const struct xs_pool_run *run)
{
	char name[XS_PRINTABLE_BYTES];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:i, s:s, s:o, s:o, s:i, s:o}", "file",
			 xs_printable(name, run->file), "id", run->run.id, "host", run->run.host,
			 "begun", run->run.begun, "command", run->command, "abi", run->run.contract,
			 "kind", (int)run->kind, "verdict", xs_verdict_names[run->verdict], "why",
			 or_null(run->why), "known", or_null(run->known ? run->known : ""), "cases",
			 (int)run->campaign.cases, "evidence", xs_evidence_to_json(&run->evidence));
}

static json_t *gaps_to_json(const struct xs_pool *p, uint32_t axis)
{
	json_t *all = json_object();

	for (uint32_t i = 0; i < p->gaps; i++) {
		const struct xs_pool_gap *gap = &p->gap[i];
		const char *name;
		json_t *list;

		if (gap->axis != axis || p->coverage.had[axis] >> gap->row & 1)
			continue;
		name = xs_name(axis, gap->row);
		list = json_object_get(all, name);
		if (!list)
			json_object_set_new(all, name, list = json_array());
		json_array_append_new(
			list, json_pack("{s:s, s:i}", "why", gap->why, "runs", (int)gap->runs));
	}
	return all;
}

static json_t *coverage_to_json(const struct xs_pool *p)
{
	json_t *all = json_object();

	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		json_t *covered = json_array();

		for (uint32_t row = 0; row < xs_axes[axis].rows; row++)
			if (p->coverage.had[axis] >> row & 1)
				json_array_append_new(covered, json_string(xs_name(axis, row)));
		json_object_set_new(all, xs_axes[axis].key,
				    json_pack("{s:i, s:o, s:o}", "rows", (int)xs_axes[axis].rows,
					      "covered", covered, "nowhere",
					      gaps_to_json(p, axis)));
	}
	return all;
}

static json_t *again_to_json(const struct xs_pool *p)
{
	char name[XS_PRINTABLE_BYTES];
	json_t *list = json_array();

	for (uint32_t i = 0; i < p->agains; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "file",
						      xs_printable(name, p->again[i].file), "id",
						      p->again[i].first->run.id));
	return list;
}

int xs_pool_json(FILE *f, const struct xs_pool *p, const char *tool_version)
{
	json_t *runs = json_array(), *kinds = json_array(), *root;
	struct xs_run run = { .command = "pool", .release = "" };
	int failed = 0;

	xs_run_new(&run);
	for (uint32_t i = 0; i < p->runs; i++)
		failed |= json_array_append_new(runs, run_to_json(p->run[i]));
	for (uint32_t i = 0; i < p->kinds; i++)
		failed |= json_array_append_new(kinds, kind_to_json(&p->kind[i]));
	root = json_pack("{s:s, s:i, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "tool",
			 "xsavage", "format", XS_JSON_FORMAT, "version", tool_version, "run",
			 xs_run_to_json(&run), "verdict", xs_verdict_names[p->verdict], "why",
			 or_null(p->why), "runs", runs, "again", again_to_json(p), "kinds", kinds,
			 "coverage", coverage_to_json(p), "findings",
			 xs_findings_list(p->findings));
	failed |= !root || json_dumpf(root, f, JSON_INDENT(2)) || fputc('\n', f) == EOF;
	json_decref(root);
	return failed ? -ENOMEM : 0;
}
