/* SPDX-License-Identifier: GPL-2.0-only */
/* One case for each entry of each axis; private to the schedule and the mutator. */
#ifndef XS_SOLO_H
#define XS_SOLO_H

#include "plan/schedule.h"

/** xs_nth() - the @k-th of the rows in @mask, cyclically; @mask is not 0 */
unsigned int xs_nth(uint32_t mask, uint32_t k);

/** xs_rows_...() - rows of the repertoire that have a property */
uint32_t xs_rows_resolving(const struct xs_repertoire *r); /* stack methods with a resolver */
uint32_t xs_rows_dropping(const struct xs_repertoire *r);  /* that make a fault on save */
uint32_t xs_rows_local(const struct xs_repertoire *r);	   /* sources without a sender */
uint32_t xs_rows_compat(const struct xs_repertoire *r);	   /* 32-bit frames */

#define XS_BOUNDARIES 7u

/** xs_place_boundary() - the @n-th of XS_BOUNDARIES page boundaries inside fpstate */
void xs_place_boundary(struct xs_case *c, const struct xs_repertoire *r, uint32_t n);

/** xs_place_refusing() - the boundary between fpstate and what is below it in a frame */
void xs_place_refusing(struct xs_case *c);

/** xs_add_neighbour() - the first kind of vector pressure, on the worker's CPU */
void xs_add_neighbour(struct xs_case *c, const struct xs_repertoire *r, uint32_t registers);

/** xs_solos() - how many solo cases there are */
uint32_t xs_solos(const struct xs_repertoire *r);

/** xs_solo() - the @n-th of them */
void xs_solo(struct xs_case *c, const struct xs_repertoire *r, uint32_t n);

/** xs_schedule_agree() - take back what does not go together with the rest of the case */
void xs_schedule_agree(struct xs_case *c);

#endif
