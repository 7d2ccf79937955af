// SPDX-License-Identifier: GPL-2.0-only
/* Pooled runs as text and KTAP. */
#include <inttypes.h>
#include <string.h>

#include "campaign/pool.h"
#include "case/str.h"
#include "report/names.h"

const char *xs_pool_kind_name(const struct xs_pool_kind *k, char text[XS_POOL_NAME_BYTES])
{
	snprintf(text, XS_POOL_NAME_BYTES, "%s, %s", k->machine.tested,
		 k->machine.cpu[0] ? k->machine.cpu : "a CPU without a name");
	return text;
}

const char *xs_pool_name(const struct xs_pool *p, char text[XS_POOL_NAME_BYTES])
{
	snprintf(text, XS_POOL_NAME_BYTES, "%u run%s on %u kind%s of machine", p->runs,
		 p->runs == 1 ? "" : "s", p->kinds, p->kinds == 1 ? "" : "s");
	return text;
}

static void print_head(FILE *f, const char *prefix, const struct xs_pool *p)
{
	const char *first = p->run[0]->run.begun, *last = first;
	char name[XS_PRINTABLE_BYTES], what[XS_POOL_NAME_BYTES];

	for (uint32_t i = 1; i < p->runs; i++) {
		const char *begun = p->run[i]->run.begun;

		first = strcmp(begun, first) < 0 ? begun : first;
		last = strcmp(begun, last) > 0 ? begun : last;
	}
	fprintf(f, "%sPool        %s, begun from %s to %s\n", prefix, xs_pool_name(p, what), first,
		last);
	for (uint32_t i = 0; i < p->agains; i++)
		fprintf(f, "%s            %s is the run of %s again, and counted once\n", prefix,
			xs_printable(name, p->again[i].file), p->again[i].first->place);
}

/* Those of a kind that did not pass, and why; of many some. */
static void print_others(FILE *f, const char *prefix, const struct xs_pool *p, uint32_t kind)
{
	uint32_t others = 0;

	for (uint32_t i = 0; i < p->runs; i++) {
		const struct xs_pool_run *run = p->run[i];

		if (run->kind == kind && run->verdict != XS_PASS && others++ < XS_WHERE_TOLD)
			fprintf(f, "%s%21s%s: %s%s%s\n", prefix, "", run->place,
				xs_verdict_names[run->verdict], run->why[0] ? ": " : "", run->why);
	}
	if (others > XS_WHERE_TOLD)
		fprintf(f, "%s%21sand %u more\n", prefix, "", others - XS_WHERE_TOLD);
}

static void print_kind(FILE *f, const char *prefix, const struct xs_pool *p, uint32_t i)
{
	const struct xs_pool_kind *k = &p->kind[i];
	char name[XS_POOL_NAME_BYTES];
	const struct xs_result result = { .verdict = &k->verdict,
					  .file = xs_pool_kind_name(k, name) };

	fprintf(f, "%s\n", prefix);
	xs_report_verdict(f, prefix, &result);
	fprintf(f, "%s  build              %s\n%s  components        ", prefix, k->machine.build,
		prefix);
	xs_triage_components(f, k->machine.xcr0);
	fprintf(f, "\n%s  runs               %u of %u passed, of %u cases %u\n", prefix, k->passed,
		k->runs, k->cases, k->by_verdict[XS_PASS]);
	if (k->known)
		fprintf(f, "%s  known              %u of the runs had findings that are known\n",
			prefix, k->known);
	print_others(f, prefix, p, i);
}

/* Why no run has covered a row. */
static void put_reasons(struct xs_str *s, const struct xs_pool *p, uint32_t axis, uint32_t row)
{
	const char *separator = "";

	for (uint32_t i = 0; i < p->gaps; i++) {
		const struct xs_pool_gap *gap = &p->gap[i];

		if (gap->axis != axis || gap->row != row)
			continue;
		xs_str_add(s, "%s%s", separator, gap->why);
		if (gap->runs < p->runs)
			xs_str_add(s, " (%u of %u runs)", gap->runs, p->runs);
		separator = "; ";
	}
}

/* What no run has covered: rows of one reason on a line. */
static void print_gaps(FILE *f, const char *prefix, const struct xs_pool *p)
{
	char text[2][4 * XS_WHY_BYTES];
	const char *head = "covered nowhere";

	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		uint32_t left = xs_all_rows(axis) & ~p->coverage.had[axis];

		if (left)
			fprintf(f, "%s  %-18s %s\n", prefix, head, xs_axes[axis].title);
		head = left ? "" : head;
		while (left) {
			struct xs_str s = xs_str_open(text[0], sizeof(text[0]));
			const char *separator = "";

			put_reasons(&s, p, axis, (uint32_t)__builtin_ctz(left));
			fprintf(f, "%s%23s", prefix, "");
			for (uint32_t rows = left; rows; rows &= rows - 1) {
				const uint32_t row = (uint32_t)__builtin_ctz(rows);

				s = xs_str_open(text[1], sizeof(text[1]));
				put_reasons(&s, p, axis, row);
				if (strcmp(text[0], text[1]) != 0)
					continue;
				fprintf(f, "%s%s", separator, xs_name(axis, row));
				separator = ", ";
				left &= ~(1u << row);
			}
			fprintf(f, ": %s\n", text[0]);
		}
	}
}

static void print_contract(FILE *f, const char *prefix, const struct xs_pool *p)
{
	uint32_t runs = 0;

	for (uint32_t i = 0; i < p->runs; i++)
		runs += p->run[i]->run.contract;
	if (runs)
		fprintf(f,
			"%s  contract           %u of %u runs judged by what a contract asks for "
			"alone "
			"(--abi)\n",
			prefix, runs, p->runs);
}

static void print_all(FILE *f, const char *prefix, const struct xs_pool *p)
{
	char name[XS_POOL_NAME_BYTES];
	struct xs_verdict v = { .kind = (uint8_t)p->verdict };
	const struct xs_result result = { .verdict = &v, .file = name };

	xs_pool_name(p, name);
	memcpy(v.why, p->why, sizeof(v.why));
	fprintf(f, "%s\n", prefix);
	xs_report_verdict(f, prefix, &result);
	xs_coverage_print(f, prefix, &p->coverage);
	print_gaps(f, prefix, p);
	print_contract(f, prefix, p);
	xs_findings_print(f, prefix, p->findings);
	xs_waivers_print_absent(f, prefix, p->waivers);
}

void xs_pool_print(FILE *f, const char *prefix, const struct xs_pool *p)
{
	print_head(f, prefix, p);
	for (uint32_t i = 0; i < p->kinds; i++)
		print_kind(f, prefix, p, i);
	print_all(f, prefix, p);
}

void xs_pool_ktap(FILE *f, const struct xs_pool *p)
{
	struct xs_ktap k;

	xs_ktap_begin(&k, f, p->runs);
	for (uint32_t i = 0; i < p->runs; i++) {
		const struct xs_pool_run *run = p->run[i];
		/* What was found, and is known, is an expected failure. */
		const bool xfail = run->known && run->verdict == XS_PASS;
		struct xs_verdict v = { .kind = (uint8_t)(xfail ? XS_CORRUPT : run->verdict),
					.evidence = run->evidence };
		const struct xs_result result = { .verdict = &v,
						  .file = run->place,
						  .known = xfail ? run->known : NULL };

		memcpy(v.why, run->why, sizeof(v.why));
		xs_ktap_result(&k, &result);
	}
	xs_pool_print(f, "# ", p);
	xs_ktap_end(&k);
}
