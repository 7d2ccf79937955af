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

/* Make room for one more of @bytes each. */
static int grow(void **array, uint32_t count, uint32_t *room, size_t bytes)
{
	const uint32_t wanted = *room ? 2 * *room : 64;
	void *more;

	if (count < *room)
		return 0;
	more = reallocarray(*array, wanted, bytes);
	if (!more)
		return -ENOMEM;
	*array = more;
	*room = wanted;
	return 0;
}

static int add(struct xs_hashes *set, uint64_t h)
{
	void *array = set->hash;
	const int rc = grow(&array, set->count, &set->room, sizeof(h));

	set->hash = array;
	if (!rc)
		set->hash[set->count++] = h;
	return rc;
}

static void list_variants(struct xs_reduce *r)
{
	r->count = xs_simplify(xs_reduce_best(r), r->registers, r->list);
	r->at = UINT32_MAX;
}

static int take_step(struct xs_reduce *r, const struct xs_simpler *s)
{
	void *array = r->step;
	const int rc = grow(&array, r->steps + 1, &r->room, sizeof(*s));

	r->step = array;
	if (!rc)
		r->step[++r->steps] = *s;
	return rc;
}

int xs_reduce_begin(struct xs_reduce *r, const struct xs_case *c, uint32_t registers)
{
	void *array = NULL;
	int rc;

	memset(r, 0, sizeof(*r));
	r->registers = registers;
	rc = grow(&array, 0, &r->room, sizeof(*r->step));
	r->step = array;
	r->list = calloc(XS_SIMPLER_MAX, sizeof(*r->list));
	if (rc || !r->list)
		return -ENOMEM;
	r->step[0] = (struct xs_simpler){ .c = *c };
	list_variants(r);
	return 0;
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
	const int rc = take_step(r, &earlier);

	if (!rc)
		list_variants(r);
	return rc;
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
	const struct xs_simpler *bad = &r->step[step + 1];
	int rc = add(&r->gone, hash(bad->name, strlen(bad->name)));

	if (!rc)
		rc = add(&r->gone, hash(&bad->c, sizeof(bad->c)));
	r->steps = step;
	r->names.count = 0;
	r->kept = false;
	list_variants(r);
	return rc;
}

int xs_reduce_tell(struct xs_reduce *r, bool kept)
{
	const struct xs_simpler *s = &r->list[r->at];
	int rc;

	if (!kept) {
		rc = add(&r->names, hash(s->name, strlen(s->name)));
		return rc ? rc : add(&r->gone, hash(&s->c, sizeof(s->c)));
	}
	rc = take_step(r, s);
	r->kept = true;
	if (!rc)
		list_variants(r);
	return rc;
}
