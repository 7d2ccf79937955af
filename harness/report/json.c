// SPDX-License-Identifier: GPL-2.0-only
/* Results as one JSON object (docs/xsavage.schema.json); 64-bit register contents are hexadecimal strings. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/evidence.h"
#include "report/interval.h"
#include "report/known.h"
#include "report/names.h"
#include "report/report.h"
#include "state/frame.h"

struct xs_json {
	json_t *root;	 /* all of it */
	json_t *cases;	 /* in there */
	json_t *summary; /* what that has beside the numbers */
	json_int_t verdicts[XS_VERDICTS];
	struct xs_evidence evidence;
};

/* A counter that does not fit, as an unlimited limit, is null. */
static json_t *number(uint64_t value)
{
	return value > INT64_MAX ? json_null() : json_integer((json_int_t)value);
}

/* Text from the kernel or a file may be no UTF-8; the rest of the report is worth more. */
static json_t *text(const char *s)
{
	json_t *j = json_string(s);

	return j ? j : json_string("(not UTF-8)");
}

static json_t *number_or_null(uint64_t value)
{
	return value ? number(value) : json_null();
}

static json_t *text_or_null(const char *s)
{
	return s && *s ? text(s) : json_null();
}

static json_t *hex(uint64_t value, int digits)
{
	char s[20];

	snprintf(s, sizeof(s), "0x%0*" PRIx64, digits, value);
	return json_string(s);
}

/*
 * What cannot be put into an object or a list makes that NULL, which cannot be put anywhere
 * either: one look at the outermost is enough. jansson takes the value, whatever comes of it.
 */
static void keep(json_t **j, int failed)
{
	if (!failed)
		return;
	json_decref(*j);
	*j = NULL;
}

static void set(json_t **o, const char *key, json_t *value)
{
	keep(o, json_object_set_new(*o, key, value));
}

static void append(json_t **list, json_t *value)
{
	keep(list, json_array_append_new(*list, value));
}

static json_t *known_to_json(const struct xs_triage *t)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < XS_KNOWNS; i++) {
		const struct xs_known *row = &xs_knowns[i];
		const enum xs_known_match match = xs_triage_known(t, row);

		if (match == XS_KNOWN_INSIDE || match == XS_KNOWN_COMPILER)
			append(&list, json_pack("{s:s, s:s?, s:s, s:b}", "commit", row->commit,
						"cve", row->cve, "symptom", row->symptom, "certain",
						match == XS_KNOWN_INSIDE));
	}
	return list;
}

static json_t *triage_to_json(const struct xs_triage *t)
{
	json_t *o = json_object();
	char subject[XS_SUBJECT_BYTES];

	set(&o, "release", text(t->release));
	set(&o, "version", text(t->version));
	set(&o, "upstream", text_or_null(t->upstream));
	set(&o, "implementer", text(xs_implementer_name(xs_triage_implementer(t))));
	set(&o, "tested", text(xs_triage_subject(t, subject)));
	set(&o, "compiler", text_or_null(t->compiler));
	set(&o, "gcc_major", number_or_null(t->gcc_major));
	set(&o, "cpu", text_or_null(t->cpu.brand));
	set(&o, "cpus", number(t->cpus));
	set(&o, "microcode", text_or_null(t->microcode));
	set(&o, "hypervisor", json_boolean(t->hypervisor));
	set(&o, "xcr0", hex(t->cpu.xcr0, 1));
	set(&o, "xcr0_not_driven", hex(xs_state_undriven(&t->cpu), 1));
	set(&o, "fpstate_bytes", number(t->fpstate_bytes));
	set(&o, "min_signal_stack_bytes", number_or_null(t->min_stack_bytes));
	set(&o, "memlock_bytes", number(t->memlock_bytes));
	set(&o, "kernel_log_readable", json_boolean(!t->kernel_log));
	set(&o, "userfaultfd_usable", json_boolean(!t->userfaultfd[0]));
	set(&o, "known_bugs", known_to_json(t));
	return o;
}

/* Whose data it is. */
static void set_owner(json_t **o, const struct xs_plan *plan, uint32_t owner, uint32_t role)
{
	char name[XS_TASK_NAME_BYTES];

	set(o, "owner", number(owner));
	set(o, "owner_name", json_string(xs_task_name(name, plan, owner)));
	set(o, "owner_handler", json_boolean(role == XS_PATTERN_HANDLER));
}

static json_t *lane_to_json(const struct xs_plan *plan, const struct xs_lane *l)
{
	int digits = xs_lane_digits(l->file);
	json_t *o = json_object();
	char name[XS_LANE_NAME_BYTES];

	set(&o, "register", json_string(xs_lane_name(name, l->file, l->reg, l->lane)));
	set(&o, "class", json_string(xs_class_names[l->class]));
	set(&o, "expected", hex(l->expected, digits));
	set(&o, "actual", hex(l->actual, digits));
	if (!l->decoded)
		return o;
	set_owner(&o, plan, l->owner, l->role);
	set(&o, "from_register",
	    json_string(xs_lane_name(name, l->from_file, l->from_reg, l->from_lane)));
	set(&o, "from_generation", number(l->generation));
	return o;
}

static json_t *lanes_to_json(const struct xs_plan *plan, const struct xs_finding *finding)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < finding->kept && i < XS_LANES_KEPT; i++)
		append(&list, lane_to_json(plan, &finding->lane[i]));
	return list;
}

static json_t *xstate_bv_to_json(const struct xs_record *r, const uint8_t *image)
{
	return r->image_bytes < XS_XSAVE_MIN ? json_null()
					     : hex(xs_frame_get64(image, XS_IMAGE_XSTATE_BV), 1);
}

static json_t *finding_to_json(const struct xs_plan *plan, const struct xs_finding *finding)
{
	static const char *const wrong[] = { "values", "accepted", "refused" };
	const struct xs_record *r = finding->record;
	json_t *o = json_object();
	char name[XS_TASK_NAME_BYTES];

	set(&o, "leg", json_string(xs_leg_names[r->leg]));
	set(&o, "wrong", json_string(wrong[r->wrong]));
	set(&o, "class", json_string(xs_class_names[finding->class]));
	set(&o, "task", number(r->task));
	set(&o, "task_name", json_string(xs_task_name(name, plan, r->task)));
	if (finding->class == XS_CLASS_FOREIGN && finding->owner_known)
		set_owner(&o, plan, finding->owner, finding->role);
	set(&o, "depth", number(r->depth));
	set(&o, "signalled", json_boolean(r->signalled));
	set(&o, "generation", number(r->generation));
	set(&o, "iteration", number(r->iteration));
	set(&o, "signals", number(r->signals));
	set(&o, "faults", number(r->faults));
	set(&o, "cpu_before", json_integer(r->cpu_before));
	set(&o, "cpu_after", json_integer(r->cpu_after));
	set(&o, "since_start_ns", number(r->since_start_ns));
	set(&o, "since_signal_ns", number(r->since_signal_ns));
	set(&o, "xstate_bv_expected", xstate_bv_to_json(r, r->expected));
	set(&o, "xstate_bv_actual", xstate_bv_to_json(r, r->actual));
	set(&o, "wrong_lanes", number(finding->lanes));
	set(&o, "lanes", lanes_to_json(plan, finding));
	return o;
}

static json_t *findings_to_json(const struct xs_result *r)
{
	json_t *list = json_array();

	for (uint32_t i = 0; !r->again && i < r->verdict->findings; i++)
		append(&list, finding_to_json(r->plan, &r->verdict->finding[i]));
	return list;
}

static json_t *signatures_to_json(const struct xs_result *r)
{
	json_t *list = json_array();
	char words[XS_SIGNATURE_BYTES];

	for (uint32_t i = 0; i < r->signatures; i++)
		append(&list, json_string(xs_signature_print(words, &r->signature[i])));
	return list;
}

/* Those of the signatures that are findings of their own. */
static json_t *distinct_to_json(const struct xs_result *r)
{
	json_t *list = json_array(), *o;
	char words[XS_SIGNATURE_BYTES];

	for (uint32_t i = 0; i < r->signatures; i++) {
		if (r->follows >> i & 1)
			continue;
		o = json_object();
		set(&o, "signature", json_string(xs_signature_print(words, &r->signature[i])));
		set(&o, "alone", json_boolean(r->signature[i].alone));
		set(&o, "known", text_or_null(r->reason[i]));
		set(&o, "after_ns", number(r->after_ns));
		append(&list, o);
	}
	return list;
}

static void set_ending(json_t **o, const struct xs_plan *plan, const struct xs_ending *e)
{
	char name[XS_TASK_NAME_BYTES];

	if (e->died_signal) {
		set(o, "died_signal", json_integer(e->died_signal));
		set(o, "died_task", json_string(xs_task_name(name, plan, e->died_task)));
	}
	if (e->hung) {
		set(o, "hung_task", json_string(xs_task_name(name, plan, e->hung_task)));
		set(o, "hung_where", text_or_null(e->where));
	}
	set(o, "kernel_log", text_or_null(e->kernel_log));
}

static json_t *case_to_json(const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;
	json_t *o = json_object();
	char case_text[XS_CASE_TEXT_MAX] = "";

	if (r->c)
		xs_case_print(r->c, case_text);
	set(&o, "name", text(xs_result_name(r)));
	set(&o, "case", text_or_null(case_text));
	set(&o, "verdict", json_string(xs_verdict_names[v->kind]));
	set(&o, "interrupted", json_boolean(v->interrupted));
	set(&o, "why", text_or_null(v->why));
	set(&o, "saved", text_or_null(r->saved));
	set(&o, "evidence", xs_evidence_to_json(&v->evidence));
	set(&o, "findings", findings_to_json(r));
	set(&o, "signatures", signatures_to_json(r));
	set(&o, "distinct", distinct_to_json(r));
	set(&o, "known", text_or_null(r->known));
	if (r->ending)
		set_ending(&o, r->plan, r->ending);
	return o;
}

int xs_json_open(struct xs_json **j, const char *tool_version, const struct xs_triage *t)
{
	struct xs_json *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->summary = json_object();
	new->root = json_pack("{s:s, s:i, s:s, s:o, s:[]}", "tool", "xsavage", "format",
			      XS_JSON_FORMAT, "version", tool_version, "triage", triage_to_json(t),
			      "cases");
	new->cases = json_object_get(new->root, "cases");
	if (!new->cases || !new->summary) {
		xs_json_close(new);
		return -ENOMEM;
	}
	*j = new;
	return 0;
}

void xs_json_close(struct xs_json *j)
{
	if (!j)
		return;
	json_decref(j->root);
	json_decref(j->summary);
	free(j);
}

int xs_json_add(struct xs_json *j, const struct xs_result *r)
{
	if (json_array_append_new(j->cases, case_to_json(r)))
		return -ENOMEM;
	j->verdicts[r->verdict->kind]++;
	xs_evidence_add(&j->evidence, &r->verdict->evidence);
	return 0;
}

int xs_json_set(struct xs_json *j, const char *key, json_t *value)
{
	return json_object_set_new(j->root, key, value) ? -ENOMEM : 0;
}

int xs_json_summary(struct xs_json *j, const char *key, json_t *value)
{
	return json_object_set_new(j->summary, key, value) ? -ENOMEM : 0;
}

static json_t *summary_to_json(const struct xs_json *j)
{
	json_t *o = json_object();

	set(&o, "cases", number(json_array_size(j->cases)));
	for (uint32_t i = 0; i < XS_VERDICTS; i++)
		set(&o, xs_verdict_names[i], json_integer(j->verdicts[i]));
	set(&o, "evidence", xs_evidence_to_json(&j->evidence));
	set(&o, "corruption_rate_below", json_real(xs_rule_of_three(j->evidence.signals)));
	keep(&o, json_object_update(o, j->summary));
	return o;
}

int xs_json_print(struct xs_json *j, FILE *f)
{
	if (json_object_set_new(j->root, "summary", summary_to_json(j)) ||
	    json_dumpf(j->root, f, JSON_INDENT(2)) || fputc('\n', f) == EOF)
		return -ENOMEM;
	return 0;
}
