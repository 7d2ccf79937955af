/* SPDX-License-Identifier: GPL-2.0-only */
/* One case for each entry of each axis; private to the schedule and the mutator. */
#ifndef XS_SOLO_H
#define XS_SOLO_H

#include "plan/schedule.h"

/** xs_nth() - the @k-th of the rows in @mask, cyclically; @mask is not 0 */
uint8_t xs_nth(uint32_t mask, uint32_t k);

/** xs_some() - xs_rows() of the repertoire */
uint32_t xs_some(const struct xs_repertoire *r, enum xs_axis_id axis, uint32_t with,
		 uint32_t without);

/** xs_take_first() - the first row of the repertoire with a flag; else *@row stays */
void xs_take_first(uint8_t *row, const struct xs_repertoire *r, enum xs_axis_id axis,
		   uint32_t flag);

/** xs_dropping() - stack methods that make a fault on save */
uint32_t xs_dropping(const struct xs_repertoire *r);

/** xs_local() - the first source without a sender; where there is none, any */
uint8_t xs_local(const struct xs_repertoire *r);

#define XS_BOUNDARIES 7u

/** xs_place_boundary() - the @n-th of XS_BOUNDARIES page boundaries inside fpstate */
void xs_place_boundary(struct xs_case *c, const struct xs_repertoire *r, uint32_t n);

/** xs_place_refusing() - the boundary between fpstate and what is below it in a frame */
void xs_place_refusing(struct xs_case *c);

/** xs_add_neighbour() - the first kind of vector pressure, with all registers, on the worker's CPU
 */
void xs_add_neighbour(struct xs_case *c, const struct xs_repertoire *r);

/** xs_solos() - how many solo cases there are */
uint32_t xs_solos(const struct xs_repertoire *r);

/** xs_solo() - the @n-th of them */
void xs_solo(struct xs_case *c, const struct xs_repertoire *r, uint32_t n);

/**
 * xs_schedule_agree() - take back what does not go together with the rest of the case
 * @c: of rows of the repertoire
 * @r: each row goes together with some row of every other axis: see xs_filter_apply()
 */
void xs_schedule_agree(struct xs_case *c, const struct xs_repertoire *r);

#endif
