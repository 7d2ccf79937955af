/* SPDX-License-Identifier: GPL-2.0-only */
/* The simpler variants of a case, from the table of its keys. */
#ifndef XS_SIMPLIFY_H
#define XS_SIMPLIFY_H

#include "case/schema.h"

#define XS_SIMPLER_NAME_BYTES 80u
#define XS_SIMPLER_MAX	      384u /* of one case */

/* A case with one thing made simpler, and what: "[handler] action: return". */
struct xs_simpler {
	struct xs_case c;
	char name[XS_SIMPLER_NAME_BYTES];
};

/* A field of a case: where a key has its value. */
struct xs_spot {
	const struct xs_key *key;
	size_t base; /* of the key: the case, or a section of pressure, from the case on */
};

#define XS_SPOTS_MAX (XS_KEYS * XS_CASE_PRESSURES)

/** xs_spots() - all fields that a case has, in the order of the keys. Return: their number. Pure.
 */
uint32_t xs_spots(const struct xs_case *c, struct xs_spot spots[XS_SPOTS_MAX]);

/** xs_spot_field() - the field itself, of any case with the same sections */
static inline void *xs_spot_field(const struct xs_spot *s, const struct xs_case *c)
{
	return (char *)c + s->base + s->key->offset;
}

/** xs_spot_applies() - whether its key means something in this case. Pure. */
bool xs_spot_applies(const struct xs_spot *s, const struct xs_case *c);

/** xs_case_plain() - a case with the same sections, and all else at its default */
void xs_case_plain(struct xs_case *plain, const struct xs_case *c);

/**
 * xs_case_size() - how far a case is from the simplest one
 *
 * A value at its default counts nothing. Elsewhere a number of things counts
 * what it has above the default, a row of a table its index (the tables begin
 * with the simplest entries), register classes a thousand each, vector
 * registers one each, and everything else one. A pressure section counts one
 * and its keys. Name and duration are no part of it. @c is valid. Pure.
 */
uint64_t xs_case_size(const struct xs_case *c);

/** xs_case_reset() - set keys that mean nothing beside the entries chosen to their defaults. Pure.
 */
void xs_case_reset(struct xs_case *c);

/**
 * xs_case_settle() - take back what means nothing beside the rest
 *
 * After a change of a row, of the registers or of the boundary: xs_case_reset(), and vectors
 * without a class that has any go to their default; sides of a boundary that is gone are both
 * sides. Pure.
 */
void xs_case_settle(struct xs_case *c);

/** xs_key_is_label() - the case's name or duration, which change nothing of a run but its length */
bool xs_key_is_label(const struct xs_key *key);

/** xs_holds_vectors() - whether a mask of classes has vector registers. Pure. */
bool xs_holds_vectors(uint32_t registers);

/** xs_case_drop_pressure() - take away the sections in @mask, by their index. Pure. */
void xs_case_drop_pressure(struct xs_case *c, uint32_t mask);

/** xs_case_add_pressure() - put one in, of a kind that the case has not; there is room. Pure. */
void xs_case_add_pressure(struct xs_case *c, const struct xs_case_pressure *p);

/**
 * xs_simplify() - all variants of @c that are simpler by one thing
 * @registers: the classes that the machine has; masks lose the others
 * @list: room for XS_SIMPLER_MAX
 *
 * What saves most comes first: fewer workers, fewer pressure sections, then the
 * keys in their order. Of masks there are halves, quarters and eighths, and all
 * but these (delta debugging, Zeller and Hildebrandt 2002). Each variant is
 * valid, smaller by xs_case_size(), and there once. Return: their number. Pure.
 */
uint32_t xs_simplify(const struct xs_case *c, uint32_t registers, struct xs_simpler *list);

#endif
