/* SPDX-License-Identifier: GPL-2.0-only */
/* What a case may cost the fuzzer. */
#ifndef XS_BUDGET_H
#define XS_BUDGET_H

#include "case/case.h"

/**
 * xs_budget_cut() - have @c end with its evidence: so many signals, fewer where
 * each is waited for, and every kind of pressure at work; or after some time
 */
void xs_budget_cut(struct xs_case *c);

/**
 * xs_budget_slim() - take from a mutated case what the fuzzer has no use for
 *
 * Waits that are longer than a case, holds that end before their signal can
 * come (a hold ends with its signal, so that long ones cost nothing), so many
 * tasks that to start them takes the time, and most pressure that never rests:
 * it keeps a CPU for a slice of some ms. The case says then how it is to be replayed.
 */
void xs_budget_slim(struct xs_case *c);

#endif
