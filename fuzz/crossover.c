// SPDX-License-Identifier: GPL-2.0-only
/* Puts parts of one case into another. */
#include <string.h>

#include "fuzz/mutate.h"
#include "fuzz/mutation.h"
#include "reduce/simplify.h"

/* Put a pressure in; out goes one of the same kind, or any where there is no room. */
static void take_pressure(struct xs_mutation *m, const struct xs_case_pressure *p)
{
	uint32_t i = 0;

	while (i < m->c->pressures && m->c->pressure[i].kind != p->kind)
		i++;
	if (i < m->c->pressures)
		xs_case_drop_pressure(m->c, 1u << i);
	else if (m->c->pressures == XS_CASE_PRESSURES)
		xs_case_drop_pressure(m->c, 1u << xs_below(m, XS_CASE_PRESSURES));
	xs_case_add_pressure(m->c, p);
}

/* @sections: a mask of those to take whole, or 0: single keys and pressures. */
static void take(struct xs_mutation *m, const struct xs_case *other, uint32_t sections)
{
	for (unsigned int i = 0; i < XS_KEYS; i++) {
		const struct xs_key *key = &xs_keys[i];

		if (key->section != XS_SECTION_PRESSURE && xs_key_open(key) &&
		    (sections ? sections >> key->section & 1 : xs_below(m, 2)))
			memcpy((char *)m->c + key->offset, (const char *)other + key->offset,
			       xs_key_bytes(key));
	}
	if (sections >> XS_SECTION_PRESSURE & 1)
		xs_case_drop_pressure(m->c, UINT32_MAX);
	for (uint32_t i = 0; i < other->pressures; i++)
		if (sections ? sections >> XS_SECTION_PRESSURE & 1 : xs_below(m, 2))
			take_pressure(m, &other->pressure[i]);
}

void xs_crossover(struct xs_case *c, const struct xs_case *other, const struct xs_repertoire *r,
		  uint32_t seed)
{
	struct xs_mutation m = { .c = c, .r = r, .random = seed };
	struct xs_case before;

	memcpy(&before, c, sizeof(before));
	for (uint32_t i = 0; i < XS_MUTATION_TRIES && xs_case_same(c, &before); i++) {
		take(&m, other, xs_below(&m, 2) ? 1 + xs_below(&m, (1u << XS_SECTIONS) - 1) : 0);
		xs_repair(c, r);
	}
}
