// SPDX-License-Identifier: GPL-2.0-only
/* Reducing a case: keeps what was kept, and goes round until nothing more is. */
#include "reduce/reduce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const void *data, size_t bytes)
{
	const uint8_t *byte = data;
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	while (bytes--)
		h = (h ^ *byte++) * 0x100000001b3;
	return h;
}

static bool has(const struct xs_hashes *set, uint64_t h)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->hash[i] == h)
			return true;
	return false;
}

/* One at a time: each has cost many runs of a case. */
static int add(struct xs_hashes *set, uint64_t h)
{
	uint64_t *more = reallocarray(set->hash, set->count + 1, sizeof(h));

	if (!more)
		return -ENOMEM;
	more[set->count++] = h;
	set->hash = more;
	return 0;
}

/* Never again: neither under its name nor as this case. */
static int refuse(struct xs_hashes *names, struct xs_hashes *cases, const struct xs_simpler *s)
{
	const int rc = add(names, hash(s->name, strlen(s->name)));

	return rc ? rc : add(cases, hash(&s->c, sizeof(s->c)));
}

static void list_variants(struct xs_reduce *r)
{
	r->count = xs_simplify(xs_reduce_best(r), r->registers, r->list);
	r->at = UINT32_MAX;
}

/* Go on from @s, as step @at. */
static int take_step(struct xs_reduce *r, const struct xs_simpler *s, uint32_t at)
{
	struct xs_simpler *more = reallocarray(r->step, at + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	r->step = more;
	r->step[at] = *s;
	r->steps = at;
	list_variants(r);
	return 0;
}

int xs_reduce_begin(struct xs_reduce *r, const struct xs_case *c, uint32_t registers)
{
	const struct xs_simpler first = { .c = *c };

	*r = (struct xs_reduce){ .registers = registers };
	r->list = calloc(XS_SIMPLER_MAX, sizeof(*r->list));
	return r->list ? take_step(r, &first, 0) : -ENOMEM;
}

void xs_reduce_end(struct xs_reduce *r)
{
	free(r->step);
	free(r->list);
	free(r->names.hash);
	free(r->gone.hash);
	memset(r, 0, sizeof(*r));
}

int xs_reduce_resume(struct xs_reduce *r, const struct xs_case *c)
{
	const struct xs_simpler earlier = { .c = *c, .name = "earlier steps" };

	return take_step(r, &earlier, r->steps + 1);
}

const struct xs_case *xs_reduce_best(const struct xs_reduce *r)
{
	return &r->step[r->steps].c;
}

const struct xs_simpler *xs_reduce_next(struct xs_reduce *r)
{
	for (;;) {
		for (uint32_t i = 0; i < r->count; i++) {
			const struct xs_simpler *s = &r->list[i];
			const uint64_t name = hash(s->name, strlen(s->name));

			if (has(&r->names, name) || has(&r->gone, name) ||
			    has(&r->gone, hash(&s->c, sizeof(s->c))))
				continue;
			r->at = i;
			return s;
		}
		if (!r->kept)
			return NULL;
		r->kept = false;
		r->names.count = 0;
	}
}

int xs_reduce_back(struct xs_reduce *r, uint32_t step)
{
	const int rc = refuse(&r->gone, &r->gone, &r->step[step + 1]);

	r->steps = step;
	r->names.count = 0;
	r->kept = false;
	list_variants(r);
	return rc;
}

int xs_reduce_tell(struct xs_reduce *r, bool kept)
{
	const struct xs_simpler *s = &r->list[r->at];

	if (!kept)
		return refuse(&r->names, &r->gone, s);
	r->kept = true;
	return take_step(r, s, r->steps + 1);
}
