/* SPDX-License-Identifier: GPL-2.0-only */
/* A mutation at work: its random numbers, and what it leaves alone; private to the mutator. */
#ifndef XS_MUTATION_H
#define XS_MUTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "case/schema.h"
#include "plan/schedule.h"

/* How often to try again where nothing has changed after the repair. */
#define XS_MUTATION_TRIES 8u

struct xs_mutation {
	struct xs_case *c;
	const struct xs_repertoire *r;
	uint64_t random;
};

/** xs_next() - any number: splitmix64, Steele, Lea and Flood 2014 */
static inline uint64_t xs_next(struct xs_mutation *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/** xs_below() - from 0 to @n - 1; @n is from 1 to 2^32 */
static inline uint32_t xs_below(struct xs_mutation *m, uint64_t n)
{
	return (uint32_t)(xs_next(m) % n);
}

/** xs_kinds_allowed() - the repertoire's kinds of pressure that need no permission */
static inline uint32_t xs_kinds_allowed(const struct xs_repertoire *r)
{
	return xs_rows(XS_AXIS_PRESSURE, r->rows[XS_AXIS_PRESSURE], 0, XS_PRESSURE_ASKS);
}

/** xs_key_open() - whether it may change: how a case is called, how long and where it runs may not
 */
static inline bool xs_key_open(const struct xs_key *key)
{
	if (key->form == XS_FORM_NAME || key->form == XS_FORM_CPUS)
		return false;
	return key->section != XS_SECTION_CASE ||
	       (key->offset != offsetof(struct xs_case, duration_ms) &&
		key->offset != offsetof(struct xs_case, signals));
}

/** xs_case_same() - of two cases; their padding is zero, so their bytes say it */
static inline bool xs_case_same(const void *a, const void *b)
{
	return !memcmp(a, b, sizeof(struct xs_case));
}

#endif
