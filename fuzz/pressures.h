/* SPDX-License-Identifier: GPL-2.0-only */
/* The pressures of a case as a set; private to the mutator. */
#ifndef XS_PRESSURES_H
#define XS_PRESSURES_H

#include "case/case.h"
#include "plan/schedule.h"

/** xs_pressures_allowed() - mask of the repertoire's kinds that need no permission */
uint32_t xs_pressures_allowed(const struct xs_repertoire *r);

/** xs_pressures_used() - mask of the kinds that a case has */
uint32_t xs_pressures_used(const struct xs_case *c);

/** xs_pressures_remove() - take the @i-th out, which exists */
void xs_pressures_remove(struct xs_case *c, uint32_t i);

/** xs_pressures_insert() - put one in, of a kind that is not used; there is room */
void xs_pressures_insert(struct xs_case *c, const struct xs_case_pressure *p);

#endif
