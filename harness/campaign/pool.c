// SPDX-License-Identifier: GPL-2.0-only
/* Puts reports of many runs together: what they found, what they covered, and what it comes to. */
#include "campaign/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <jansson.h>

#include "case/load.h"
#include "report/evidence.h"
#include "report/names.h"

/* What a finding points to: a run that had it, or the reason for which that run knows it. */
struct xs_pool_note {
	struct xs_pool_note *next;
	struct xs_where where;
	struct xs_waiver *waiver; /* or NULL */
	char saved[];
};

int xs_pool_open(struct xs_pool *p, const char *known, char why[XS_WHY_BYTES])
{
	memset(p, 0, sizeof(*p));
	p->findings = calloc(1, sizeof(*p->findings));
	p->waivers = calloc(1, sizeof(*p->waivers));
	if (!p->findings || !p->waivers)
		return xs_why(-ENOMEM, why, "no memory");
	memset(p->coverage.left_out, 0xff, sizeof(p->coverage.left_out));
	p->coverage.legs_out = UINT32_MAX;
	return known ? xs_waivers_load(p->waivers, known, "", why) : 0;
}

void xs_pool_close(struct xs_pool *p)
{
	while (p->notes) {
		struct xs_pool_note *next = p->notes->next;

		free(p->notes->waiver);
		free(p->notes);
		p->notes = next;
	}
	for (uint32_t i = 0; i < p->runs; i++)
		free(p->run[i]);
	free(p->run);
	free(p->kind);
	free(p->again);
	free(p->gap);
	free(p->findings);
	free(p->waivers);
}

/* One more element of a list, all zeros; NULL: no memory, and @r has failed. */
static void *grow(struct xs_reader *r, void *list, uint32_t *count, size_t bytes)
{
	char **at = list;
	char *more = realloc(*at, (*count + 1ul) * bytes);

	if (!more) {
		xs_reader_fail(r, NULL, "no memory for it");
		return NULL;
	}
	*at = more;
	return memset(more + (*count)++ * bytes, 0, bytes);
}

static struct xs_pool_note *note(struct xs_pool *p, struct xs_reader *r, const char *saved)
{
	struct xs_pool_note *n = calloc(1, sizeof(*n) + strlen(saved) + 1);

	if (!n) {
		xs_reader_fail(r, NULL, "no memory for it");
		return NULL;
	}
	strcpy(n->saved, saved);
	n->next = p->notes;
	p->notes = n;
	return n;
}

/* FNV-1a */
static int hash_more(const char *text, size_t bytes, void *arg)
{
	uint64_t *hash = arg;

	for (size_t i = 0; i < bytes; i++)
		*hash = (*hash ^ (uint8_t)text[i]) * 0x100000001b3ull;
	return 0;
}

/* Of what a report says, however it is laid out. */
static uint64_t hash_of(const json_t *root)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	json_dump_callback(root, hash_more, &hash, JSON_COMPACT | JSON_SORT_KEYS);
	return hash;
}

/* Whether the run is there already, which is noted then. */
static bool is_there(struct xs_pool *p, struct xs_reader *r, const struct xs_pool_run *run)
{
	for (uint32_t i = 0; i < p->runs; i++) {
		const struct xs_pool_run *other = p->run[i];
		struct xs_pool_again *again;

		if (strcmp(other->run.id, run->run.id) != 0)
			continue;
		if (other->hash != run->hash) {
			xs_reader_fail(
				r, "run.id",
				"of the same run as %.80s, and it says something else: one of "
				"them was changed, leave that out",
				other->place);
			return true;
		}
		again = grow(r, &p->again, &p->agains, sizeof(*again));
		if (again)
			*again = (struct xs_pool_again){ .file = run->file, .first = other };
		return true;
	}
	return false;
}

static void put_kind(struct xs_pool *p, struct xs_reader *r, struct xs_pool_run *run)
{
	struct xs_pool_kind *kind;

	for (run->kind = 0; run->kind < p->kinds; run->kind++)
		if (!memcmp(&p->kind[run->kind].machine, &run->machine, sizeof(run->machine)))
			return;
	kind = grow(r, &p->kind, &p->kinds, sizeof(*kind));
	if (kind)
		kind->machine = run->machine;
}

/* What the run's own --known says of a finding, as if it stood in ours. */
static struct xs_waiver *known_there(struct xs_pool *p, struct xs_reader *r, const char *reason)
{
	struct xs_pool_note *n;

	for (n = p->notes; n; n = n->next)
		if (n->waiver && !strcmp(n->waiver->reason, reason))
			return n->waiver;
	n = note(p, r, "");
	if (!n)
		return NULL;
	n->waiver = calloc(1, sizeof(*n->waiver));
	if (n->waiver)
		snprintf(n->waiver->reason, sizeof(n->waiver->reason), "%s", reason);
	else
		xs_reader_fail(r, NULL, "no memory for it");
	return n->waiver;
}

static void add_finding(struct xs_pool *p, struct xs_reader *r, struct xs_pool_run *run,
			const struct xs_pool_case *c, const struct xs_pool_finding *f,
			const uint32_t rows[XS_AXES])
{
	const struct xs_result result = { .c = &c->c, .verdict = &c->v };
	struct xs_waiver *w = xs_waivers_find(p->waivers, &f->signature, rows);
	struct xs_pool_note *n = note(p, r, c->saved);
	enum xs_novelty novelty;
	struct xs_distinct *d;

	if (w)
		w->came = true;
	else if (f->known[0])
		w = known_there(p, r, f->known);
	if (r->why[0])
		return;
	if (w)
		run->known = w->reason;
	else
		run->news = xs_worse(c->v.kind, run->news);
	d = xs_findings_add(p->findings, &f->signature, w, &result, f->after_ns, &novelty);
	n->where = (struct xs_where){
		.place = run->place, .saved = n->saved[0] ? n->saved : NULL, .cases = 1, .run = run
	};
	if (d)
		d->where = xs_where_join(d->where, &n->where);
}

/* Sums that wrap around would say less than there was. */
static void add_evidence(struct xs_reader *r, struct xs_evidence *sum,
			 const struct xs_evidence *one)
{
	struct xs_evidence next = *sum, copy = *one;

	xs_evidence_add(&next, one);
	for (size_t i = 0; i < XS_EVIDENCE_FIELDS; i++)
		if (*xs_evidence_at(&copy, &xs_evidence_fields[i]) > INT64_MAX / 2 ||
		    *xs_evidence_at(&next, &xs_evidence_fields[i]) > INT64_MAX / 2)
			xs_reader_fail(
				r, xs_evidence_fields[i].key,
				"more than anything counts to; something has changed the file");
	*sum = next;
}

static void add_case(struct xs_pool *p, struct xs_reader *r, struct xs_pool_run *run,
		     const struct xs_pool_case *c)
{
	struct xs_coverage *coverage = &run->campaign.coverage;
	uint32_t rows[XS_AXES] = { 0 }, had[XS_AXES];

	if (c->loaded)
		xs_campaign_rows(&run->campaign, &c->c, rows);
	/* The report says itself what was covered: by what it could hold there. */
	memcpy(had, coverage->had, sizeof(had));
	xs_campaign_add(&run->campaign, &c->c, &c->v);
	memcpy(coverage->had, had, sizeof(had));
	if (c->v.kind == XS_PASS)
		xs_waivers_passed(p->waivers, rows);
	if (!xs_verdict_is_bad(c->v.kind))
		add_evidence(r, &run->evidence, &c->v.evidence);
	for (uint32_t i = 0; !r->why[0] && i < c->findings; i++)
		add_finding(p, r, run, c, &c->finding[i], rows);
}

static void add_cases(struct xs_pool *p, struct xs_reader *r, const json_t *root,
		      struct xs_pool_run *run)
{
	const json_t *list = xs_reader_list(r, root, "cases");
	struct xs_pool_case *c = calloc(1, sizeof(*c));
	bool bad = false;

	if (!c) {
		xs_reader_fail(r, NULL, "no memory for it");
		return;
	}
	for (size_t i = 0; !r->why[0] && i < json_array_size(list); i++) {
		const size_t where = xs_reader_enter(r, "cases", (int64_t)i);

		xs_pool_read_case(r, json_array_get(list, i), c);
		if (!r->why[0])
			add_case(p, r, run, c);
		bad |= xs_verdict_is_bad(c->v.kind);
		xs_reader_leave(r, where);
	}
	if (xs_verdict_is_bad(run->said) && !bad)
		xs_reader_fail(r, "summary.verdict",
			       "%s, and no case has it; something has changed "
			       "the file: take it anew from where it was written",
			       xs_verdict_names[run->said]);
	free(c);
}

static void add_gap(struct xs_pool *p, struct xs_reader *r, const struct xs_pool_gap *gap)
{
	struct xs_pool_gap *new;

	for (uint32_t i = 0; i < p->gaps; i++)
		if (p->gap[i].axis == gap->axis && p->gap[i].row == gap->row &&
		    !strcmp(p->gap[i].why, gap->why)) {
			p->gap[i].runs++;
			return;
		}
	new = grow(r, &p->gap, &p->gaps, sizeof(*new));
	if (new)
		*new = *gap;
}

static void add_gaps(struct xs_pool *p, struct xs_reader *r, const json_t *root,
		     const struct xs_coverage *c)
{
	for (uint32_t axis = 0; axis < XS_AXES; axis++)
		for (uint32_t left = xs_all_rows(axis) & ~c->had[axis]; left && !r->why[0];
		     left &= left - 1) {
			struct xs_pool_gap gap = { .axis = axis,
						   .row = (uint32_t)__builtin_ctz(left),
						   .runs = 1 };

			xs_pool_read_gap(r, root, c, &gap);
			add_gap(p, r, &gap);
		}
}

static void add_coverage(struct xs_coverage *sum, const struct xs_coverage *one)
{
	for (uint32_t axis = 0; axis < XS_AXES; axis++) {
		sum->here[axis] |= one->here[axis];
		sum->had[axis] |= one->had[axis];
		sum->left_out[axis] &= one->left_out[axis];
	}
	sum->legs_out &= one->legs_out;
}

static void add_run(struct xs_pool *p, struct xs_reader *r, const json_t *root,
		    struct xs_pool_run *run)
{
	struct xs_pool_run **at = grow(r, &p->run, &p->runs, sizeof(struct xs_pool_run *));
	char name[XS_PRINTABLE_BYTES];

	if (!at) {
		free(run);
		return;
	}
	*at = run;
	snprintf(run->place, sizeof(run->place), "%.180s (%.60s)", xs_printable(name, run->file),
		 run->run.host);
	xs_waivers_release(p->waivers, run->release);
	for (uint32_t i = 0; i < p->waivers->count; i++)
		p->applied[i] |= p->waivers->of[i].applies;
	put_kind(p, r, run);
	add_gaps(p, r, root, &run->campaign.coverage);
	add_cases(p, r, root, run);
	add_coverage(&p->coverage, &run->campaign.coverage);
}

int xs_pool_add(struct xs_pool *p, struct xs_reader *r, const char *text, size_t bytes)
{
	json_t *root = xs_reader_parse(r, text, bytes);
	struct xs_pool_run *run = root ? calloc(1, sizeof(*run)) : NULL;

	if (root && !run)
		xs_reader_fail(r, NULL, "no memory for it");
	if (run) {
		run->file = r->file;
		run->news = XS_PASS;
		run->hash = hash_of(root);
		xs_pool_read(r, root, run);
		if (r->why[0] || is_there(p, r, run))
			free(run);
		else
			add_run(p, r, root, run);
	}
	json_decref(root);
	return r->why[0] ? -EINVAL : 0;
}

int xs_pool_load(struct xs_pool *p, struct xs_reader *r, const char *path)
{
	/* A pipe does not say how much is to come: room for all, of which what is read takes
	 * memory. */
	const size_t room = XS_POOL_FILE_MAX + 1;
	char *text = mmap(NULL, room, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ssize_t bytes;
	int rc;

	r->file = strcmp(path, "-") ? path : "<stdin>";
	if (text == MAP_FAILED) {
		xs_reader_fail(r, NULL, "no memory for it");
		return -ENOMEM;
	}
	bytes = xs_text_load(path, text, room, r->why);
	rc = bytes < 0 ? (int)bytes : -EFBIG;
	if (bytes == (ssize_t)room)
		xs_reader_fail(r, NULL, "larger than %lu MiB: pool shorter runs",
			       XS_POOL_FILE_MAX >> 20);
	else if (bytes >= 0)
		rc = xs_pool_add(p, r, text, (size_t)bytes);
	munmap(text, room);
	return rc;
}
