// SPDX-License-Identifier: GPL-2.0-only
/* Group findings by signature, and tell of each once. */
#include "campaign/distinct.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/names.h"
#include "report/save.h"

/* How long after its start the case hit. */
static uint64_t hit_ns(const struct xs_result *r)
{
	const struct xs_verdict *v = r->verdict;

	return v->findings ? v->finding[0].record->since_start_ns : v->evidence.elapsed_ns;
}

struct xs_where *xs_where_join(struct xs_where *a, struct xs_where *b)
{
	while (b) {
		struct xs_where *next = b->next, **at = &a;

		while (*at && (*at)->run != b->run)
			at = &(*at)->next;
		if (*at) {
			(*at)->cases += b->cases;
			if (!(*at)->saved)
				(*at)->saved = b->saved;
		} else {
			b->next = NULL;
			*at = b;
		}
		b = next;
	}
	return a;
}

/* What is one with another that came before, by what @d says now. */
static void absorb(struct xs_findings *all, struct xs_distinct *d)
{
	for (uint32_t i = (uint32_t)(d - all->of) + 1; i < all->count;) {
		struct xs_distinct *other = &all->of[i];

		if (other->waiver != d->waiver ||
		    !xs_signature_matches(&d->signature, &other->signature)) {
			i++;
			continue;
		}
		xs_signature_join(&d->signature, &other->signature);
		d->cases += other->cases;
		d->signals += other->signals;
		if (other->first_ns < d->first_ns)
			d->first_ns = other->first_ns;
		d->where = xs_where_join(d->where, other->where);
		memmove(other, other + 1, (--all->count - i) * sizeof(*other));
	}
}

/* What is known hides nothing that is not. */
static struct xs_distinct *find(struct xs_findings *all, const struct xs_signature *s,
				const struct xs_waiver *waiver)
{
	for (uint32_t i = 0; i < all->count; i++)
		if (all->of[i].waiver == waiver && xs_signature_matches(&all->of[i].signature, s))
			return &all->of[i];
	return NULL;
}

static void keep_case(struct xs_distinct *d, const struct xs_result *result)
{
	d->best = *result->c;
	d->best_ns = hit_ns(result);
	d->unsaved = true;
}

/* Room for one more, or NULL. A known one gives way: no other kind may hide what is wrong. */
static struct xs_distinct *make_room(struct xs_findings *all, const struct xs_waiver *waiver)
{
	uint32_t i = waiver ? XS_DISTINCT_MAX : 0;

	if (all->count < XS_DISTINCT_MAX)
		return &all->of[all->count++];
	while (i < XS_DISTINCT_MAX && !all->of[i].waiver)
		i++;
	if (i == XS_DISTINCT_MAX) {
		all->left_out++;
		return NULL;
	}
	all->left_out += all->of[i].cases;
	return &all->of[i];
}

struct xs_distinct *xs_findings_add(struct xs_findings *all, const struct xs_signature *s,
				    struct xs_waiver *waiver, const struct xs_result *result,
				    uint64_t now_ns, enum xs_novelty *novelty)
{
	struct xs_distinct *d = find(all, s, waiver);

	*novelty = XS_FINDING_AGAIN;
	if (!d) {
		d = make_room(all, waiver);
		if (!d)
			return NULL;
		*novelty = XS_FINDING_NEW;
		*d = (struct xs_distinct){ .signature = *s,
					   .kind = result->verdict->kind,
					   .waiver = waiver,
					   .first_ns = now_ns };
		keep_case(d, result);
	} else {
		xs_signature_join(&d->signature, s);
		absorb(all, d);
		if (hit_ns(result) < d->best_ns / 2) {
			*novelty = XS_FINDING_BETTER;
			keep_case(d, result);
		}
	}
	if (now_ns < d->first_ns) /* of another run */
		d->first_ns = now_ns;
	d->cases++;
	d->signals += result->verdict->evidence.signals;
	return d;
}

const struct xs_signature *xs_wrongs_cause(const struct xs_wrongs *w, const struct xs_signature *s)
{
	for (uint32_t i = 0; i < w->count; i++)
		if (xs_signature_follows(s, &w->of[i]))
			return &w->of[i];
	return NULL;
}

void xs_wrongs_add(struct xs_wrongs *w, const struct xs_signature *s, uint32_t n)
{
	for (uint32_t i = 0; i < n && w->count < XS_RECORDS_MAX; i++)
		w->of[w->count++] = s[i];
}

enum xs_verdict_kind xs_findings_worst(const struct xs_findings *all)
{
	enum xs_verdict_kind worst = XS_PASS;

	for (uint32_t i = 0; i < all->count; i++)
		if (!all->of[i].waiver)
			worst = xs_worse(all->of[i].kind, worst);
	return worst;
}

/* Of many runs some are enough: JSON has all. */
static void print_where(FILE *f, const char *prefix, const struct xs_where *w)
{
	uint32_t runs = 0;

	for (; w; w = w->next)
		if (runs++ < XS_WHERE_TOLD)
			fprintf(f, "%s%*s%u in %s%s%s\n", prefix, 30, "", w->cases, w->place,
				w->saved ? ", saved there as " : "", w->saved ? w->saved : "");
	if (runs > XS_WHERE_TOLD)
		fprintf(f, "%s%*sand in %u more runs\n", prefix, 30, "", runs - XS_WHERE_TOLD);
}

static void print_one(FILE *f, const char *prefix, const struct xs_distinct *d)
{
	char text[XS_SIGNATURE_BYTES], name[XS_PRINTABLE_BYTES];

	fprintf(f, "%s  %5u %9" PRIu64 " %7.2f s   %s\n%s%*s", prefix, d->cases, d->signals,
		(double)d->first_ns / 1e9, xs_signature_print(text, &d->signature), prefix, 30, "");
	xs_report_signature(f, &d->signature);
	fputc('\n', f);
	if (d->waiver)
		fprintf(f, "%s%*s%s\n", prefix, 30, "", d->waiver->reason);
	print_where(f, prefix, d->where);
	if (!d->saved[0])
		return;
	fprintf(f, "%s%*sxsavage replay%s", prefix, 30, "", d->legs_out ? " --skip legs=" : "");
	for (uint32_t leg = 0, n = 0; leg < XS_LEGS; leg++)
		if (d->legs_out >> leg & 1)
			fprintf(f, "%s%s", n++ ? "," : "", xs_leg_names[leg]);
	fprintf(f, " %s\n", xs_printable(name, d->saved));
}

static void print_all(FILE *f, const char *prefix, const struct xs_findings *all, bool known)
{
	bool begun = false;

	for (uint32_t i = 0; i < all->count; i++) {
		if (!!all->of[i].waiver != known)
			continue;
		if (!begun)
			fprintf(f, "%s  cases   signals   first after  %s\n", prefix,
				known ? "known finding" : "finding, and its case");
		begun = true;
		print_one(f, prefix, &all->of[i]);
	}
}

void xs_findings_print(FILE *f, const char *prefix, const struct xs_findings *all)
{
	print_all(f, prefix, all, false);
	print_all(f, prefix, all, true);
	if (all->left_out)
		fprintf(f, "%s  %u cases had findings of still other signatures\n", prefix,
			all->left_out);
}

int xs_findings_write_known(const struct xs_findings *all, const char *subject, const char *path,
			    char why[XS_WHY_BYTES])
{
	char reason[XS_WAIVER_REASON_BYTES], *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);
	int rc = -ENOMEM;

	snprintf(reason, sizeof(reason), "found on %s", subject);
	snprintf(why, XS_WHY_BYTES, "no memory");
	for (uint32_t i = 0; f && i < all->count; i++) {
		const struct xs_distinct *d = &all->of[i];

		xs_waiver_print(f, &d->signature, &d->best, d->waiver ? d->waiver->reason : reason);
	}
	if (f && !fclose(f))
		rc = xs_save(path, text, bytes, why);
	free(text);
	return rc;
}

static json_t *where_to_json(const struct xs_where *w)
{
	json_t *list = w ? json_array() : NULL;

	for (; w; w = w->next)
		json_array_append_new(list, json_pack("{s:s, s:i, s:s?}", "run", w->place, "cases",
						      (int)w->cases, "saved", w->saved));
	return list;
}

json_t *xs_findings_list(const struct xs_findings *all)
{
	json_t *list = json_array();
	char text[XS_SIGNATURE_BYTES];
	int failed = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct xs_distinct *d = &all->of[i];

		failed |= json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:i, s:I, s:I, s:s*, s:s?, s:o*}", "signature",
				  xs_signature_print(text, &d->signature), "verdict",
				  xs_verdict_names[d->kind], "cases", (int)d->cases, "signals",
				  (json_int_t)d->signals, "first_ns", (json_int_t)d->first_ns,
				  "saved", d->saved[0] ? d->saved : NULL, "known",
				  d->waiver ? d->waiver->reason : NULL, "where",
				  where_to_json(d->where)));
	}
	if (!failed)
		return list;
	json_decref(list);
	return NULL;
}

int xs_findings_to_json(struct xs_json *j, const struct xs_findings *all)
{
	return xs_json_summary(j, "findings", xs_findings_list(all));
}
