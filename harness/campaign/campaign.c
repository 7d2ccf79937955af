// SPDX-License-Identifier: GPL-2.0-only
/* Count cases by verdict and by what they had, and say what that leaves out. */
#include "campaign/campaign.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "plan/plan.h"

#define COLUMNS	   100
#define WORD_BYTES 64u

void xs_campaign_begin(struct xs_campaign *k, const struct xs_repertoire *r, uint32_t allowed)
{
	memset(k, 0, sizeof(*k));
	memcpy(k->coverage.here, r->rows, sizeof(r->rows));
	memcpy(k->coverage.left_out, r->left_out, sizeof(r->left_out));
	k->coverage.legs_out = r->legs_out;
	k->coverage.denied = xs_rows(XS_AXIS_PRESSURE, ~allowed, XS_PRESSURE_ASKS, 0);
}

void xs_campaign_rows(const struct xs_campaign *k, const struct xs_case *c, uint32_t rows[XS_AXES])
{
	xs_case_rows(c, rows);
	/* "All" is what the machine has, and what this case's workers can hold of it. */
	rows[XS_AXIS_STATE] =
		c->registers & xs_plan_worker_classes(c, k->coverage.here[XS_AXIS_STATE]);
}

void xs_campaign_add(struct xs_campaign *k, const struct xs_case *c, const struct xs_verdict *v)
{
	uint32_t rows[XS_AXES];

	k->cases++;
	k->by_verdict[v->kind]++;
	if (v->kind == XS_INCONCLUSIVE)
		snprintf(k->doubt, sizeof(k->doubt), "%.40s: %.200s", c->name, v->why);
	if (v->kind != XS_PASS)
		return;
	xs_campaign_rows(k, c, rows);
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		k->coverage.had[axis] |= rows[axis];
}

enum xs_verdict_kind xs_campaign_conclude(const struct xs_campaign *k, enum xs_verdict_kind found,
					  const struct xs_verdict *last, const char *name,
					  char why[XS_WHY_BYTES])
{
	const uint32_t passed = k->by_verdict[XS_PASS];

	why[0] = '\0';
	if (xs_verdict_is_bad(found))
		return found;
	if (last->kind == XS_ERROR)
		return xs_because(why, XS_ERROR, "%.40s: %.200s", name, last->why);
	if (!k->cases)
		return xs_because(why, XS_INCONCLUSIVE, "not one case was run");
	if (last->interrupted && passed)
		return xs_because(why, XS_INCONCLUSIVE, "stopped early; nothing found until then");
	if (!passed || k->by_verdict[XS_INCONCLUSIVE] > passed)
		return xs_because(why, XS_INCONCLUSIVE,
				  "%u of %u cases proved nothing, the last because %.150s",
				  k->cases - passed, k->cases, k->doubt[0] ? k->doubt : last->why);
	return XS_PASS;
}

/* Rows by name, a line for each axis, or more; nothing where there are none. */
static void print_rows(FILE *f, const char *prefix, const char *head, const uint32_t mask[XS_AXES],
		       uint32_t denied)
{
	char word[WORD_BYTES];
	int column;

	for (uint32_t i = 0; i < XS_AXES; i++) {
		const struct xs_axis *axis = &xs_axes[i];
		const char *before = "";

		if (!mask[i])
			continue;
		column = fprintf(f, "%s  %-18s %s", prefix, head, axis->title);
		head = "";
		for (uint32_t row = 0; row < axis->rows; row++) {
			if (!(mask[i] >> row & 1))
				continue;
			snprintf(word, sizeof(word), "%s", xs_name(i, row));
			if (i == XS_AXIS_PRESSURE && denied >> row & 1)
				snprintf(word, sizeof(word), "%s (--allow %s)", xs_name(i, row),
					 xs_name(i, row));
			column += fprintf(f, "%s", before);
			if (column + 1 + (int)strlen(word) >= COLUMNS)
				column = fprintf(f, "\n%s  %-18s  ", prefix, "");
			column += fprintf(f, " %s", word);
			before = ",";
		}
		fputc('\n', f);
	}
}

/* What this machine has not; of what a filter leaves out nobody has asked. */
static uint32_t not_here(const struct xs_coverage *c, enum xs_axis_id axis)
{
	return xs_all_rows(axis) & ~c->here[axis] & ~c->left_out[axis];
}

/* What a filter leaves out; @head as print_rows(). */
static void print_left_out(FILE *f, const char *prefix, const struct xs_coverage *c)
{
	const char *head = "left out";
	const char *before = "";

	print_rows(f, prefix, head, c->left_out, 0);
	for (uint32_t i = 0; i < XS_AXES; i++)
		if (c->left_out[i])
			head = "";
	if (!c->legs_out)
		return;
	fprintf(f, "%s  %-18s legs", prefix, head);
	for (uint32_t leg = 0; leg < XS_LEGS; leg++)
		if (c->legs_out >> leg & 1) {
			fprintf(f, "%s %s", before, xs_leg_names[leg]);
			before = ",";
		}
	fputc('\n', f);
}

void xs_coverage_print(FILE *f, const char *prefix, const struct xs_coverage *c)
{
	fprintf(f, "%s  covered            ", prefix);
	for (uint32_t i = 0; i < XS_AXES; i++)
		fprintf(f, "%s%d of %u %s", i ? ", " : "", __builtin_popcount(c->had[i]),
			xs_axes[i].rows, xs_axes[i].title);
	fputc('\n', f);
}

void xs_campaign_print(FILE *f, const char *prefix, const struct xs_campaign *k)
{
	const struct xs_coverage *c = &k->coverage;
	uint32_t absent[XS_AXES], left[XS_AXES];

	xs_coverage_print(f, prefix, c);
	for (uint32_t i = 0; i < XS_AXES; i++) {
		absent[i] = not_here(c, i);
		left[i] = c->here[i] & ~c->had[i];
	}
	print_rows(f, prefix, "not here", absent, c->denied);
	print_rows(f, prefix, "not covered", left, 0);
	print_left_out(f, prefix, c);
	if (k->by_verdict[XS_INCONCLUSIVE])
		fprintf(f, "%s  inconclusive       %u of %u cases, such as %s\n", prefix,
			k->by_verdict[XS_INCONCLUSIVE], k->cases, k->doubt);
}

static json_t *rows_to_json(enum xs_axis_id axis, uint32_t mask)
{
	json_t *list = json_array();

	for (uint32_t row = 0; row < xs_axes[axis].rows; row++)
		if (mask >> row & 1 &&
		    json_array_append_new(list, json_string(xs_name(axis, row)))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *legs_to_json(uint32_t out)
{
	json_t *list = json_array();

	for (uint32_t leg = 0; leg < XS_LEGS; leg++)
		if (out >> leg & 1)
			json_array_append_new(list, json_string(xs_leg_names[leg]));
	return json_pack("{s:i, s:o}", "rows", (int)XS_LEGS, "left_out", list);
}

int xs_json_cover(struct xs_json *j, const struct xs_coverage *c)
{
	json_t *all = json_object();
	int failed = 0;

	for (uint32_t i = 0; i < XS_AXES; i++) {
		json_t *one = json_pack("{s:i, s:o, s:o, s:o, s:o}", "rows", (int)xs_axes[i].rows,
					"covered", rows_to_json(i, c->had[i]), "not_covered",
					rows_to_json(i, c->here[i] & ~c->had[i]), "not_here",
					rows_to_json(i, not_here(c, i)), "left_out",
					rows_to_json(i, c->left_out[i]));

		failed |= json_object_set_new(all, xs_axes[i].key, one);
	}
	failed |= json_object_set_new(all, "legs", legs_to_json(c->legs_out));
	failed |= xs_json_summary(j, "coverage", all);
	return failed ? -ENOMEM : 0;
}

int xs_json_conclude(struct xs_json *j, enum xs_verdict_kind kind, const char *why,
		     bool interrupted)
{
	json_t *text = *why ? json_string(why) : json_null();

	if (!text)
		text = json_string("(not UTF-8)");
	return xs_json_summary(j, "verdict", json_string(xs_verdict_names[kind])) ||
			       xs_json_summary(j, "why", text) ||
			       xs_json_summary(j, "interrupted", json_boolean(interrupted))
		       ? -ENOMEM
		       : 0;
}

int xs_exit_code(enum xs_verdict_kind kind, int interrupted, bool bisect)
{
	const int code = xs_verdict_exit(kind);

	if (interrupted && code != 1)
		return 128 + interrupted; /* and git bisect run stops */
	if (bisect)
		return code == 0 || code == 1 ? code : 125;
	return code;
}
