// SPDX-License-Identifier: GPL-2.0-only
/* Counts what signals made the kernel do. */
#include "worker/behaviour.h"

#include <sched.h>

#include "state/frame.h"
#include "worker/worker.h"

#define WHERES 4u  /* kinds of places that a signal can interrupt */
#define WAYS   16u /* what may happen between two moments: a mask of four */
#define ROWS   32u /* of an axis */

/* Where the counters of each kind begin. */
enum {
	SEEN_WAY = 0, /* leg, way, where */
	SEEN_PLACE = SEEN_WAY + 2 * WAYS * WHERES,
	SEEN_XSTATE_BV = SEEN_PLACE + 32,
	SEEN_BOUNDARY = SEEN_XSTATE_BV + 256,
	SEEN_SOURCE = SEEN_BOUNDARY + 256,
	SEEN_FAULT = SEEN_SOURCE + ROWS * WHERES,
	SEEN_HANDLER = SEEN_FAULT + ROWS * WAYS,
	SEEN_FATE = SEEN_HANDLER + ROWS * WAYS,
	SEEN_END = SEEN_FATE + 16,
};

_Static_assert(SEEN_END <= XS_BEHAVIOURS, "a counter for everything that is seen");
_Static_assert(XS_SIGNALS <= ROWS && XS_STACKS <= ROWS && XS_HANDLERS <= ROWS, "rows have room");

static void count(struct xs_worker *w, uint32_t which)
{
	uint8_t *seen = &w->task.shared->behaviour.seen[which];

	if (*seen < UINT8_MAX)
		(*seen)++;
}

void xs_moment_take(struct xs_worker *w, unsigned int which)
{
	const struct xs_counters *count = w->task.count;
	const volatile uint64_t *neighbour = w->stack.neighbour;

	w->moment[which] = (struct xs_moment){
		.faults = xs_task_usage(&w->task),
		.switches = count->switches_voluntary + count->switches_involuntary,
		.neighbour = neighbour ? *neighbour : 0,
		.cpu = sched_getcpu(),
	};
}

static uint32_t way(const struct xs_moment *from, const struct xs_moment *to)
{
	return (uint32_t)(to->faults > from->faults) |
	       (uint32_t)(to->switches > from->switches) << 1 |
	       (uint32_t)(to->neighbour != from->neighbour) << 2 |
	       (uint32_t)(to->cpu != from->cpu) << 3;
}

static uint32_t where(const struct xs_delivery *d)
{
	const uint64_t ip = xs_delivery_ip(d);

	if (d->compat)
		return 1;
	if (ip == (uintptr_t)xs_window_restart)
		return 2;
	return ip >= (uintptr_t)xs_window_begin && ip < (uintptr_t)xs_window_end ? 0 : 3;
}

/* XSTATE_BV in 8 bits: MPX, and the three of AVX-512, are one each. */
static uint32_t fold(uint64_t bv)
{
	return (uint32_t)((bv & 7) | (uint64_t)((bv >> 3 & 3) != 0) << 3 |
			  (uint64_t)((bv >> 5 & 7) != 0) << 4 | (bv >> 9 & 1) << 5 |
			  (uint64_t)((bv >> 17 & 3) != 0) << 6 | (uint64_t)(bv >> 19 != 0) << 7);
}

void xs_behaviour_signal(struct xs_worker *w, const struct xs_delivery *d)
{
	const struct xs_cpu *cpu = &w->task.shared->cpu;
	const uint32_t left = 4096 - (uint32_t)((uintptr_t)d->fpstate % 4096);
	const uint64_t place = xs_delivery_ip(d) - (uintptr_t)xs_window_begin;

	w->where = where(d);
	count(w, SEEN_SOURCE + w->task.shared->plan.signal * WHERES + w->where);
	if (!w->where)
		count(w, SEEN_PLACE + (uint32_t)(place / 8 % 32));
	if (left < cpu->image_bytes)
		count(w, SEEN_BOUNDARY + left / 64);
	if (xs_frame_get32(d->fpstate, XS_SW_MAGIC1) == XS_FRAME_MAGIC1)
		count(w, SEEN_XSTATE_BV + fold(xs_frame_get64(d->fpstate, XS_IMAGE_XSTATE_BV)));
}

static void count_fate(struct xs_worker *w)
{
	const bool fates[] = {
		true,	      w->task.level[0].delivered, w->acted,
		w->refused,   w->task.clobbered,	  w->task.child,
		w->aftermath, !w->task.slot->release,
	};
	uint32_t nested = 0;

	for (uint32_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++)
		if (fates[i])
			count(w, SEEN_FATE + i);
	for (uint32_t depth = 1; depth <= w->task.shared->plan.depth; depth++)
		nested += w->task.level[depth].delivered;
	if (nested)
		count(w, SEEN_FATE + 8 + nested);
}

void xs_behaviour_window(struct xs_worker *w)
{
	const struct xs_plan *plan = &w->task.shared->plan;
	uint32_t save, restore;

	count_fate(w);
	if (!w->task.level[0].delivered)
		return;
	save = way(&w->moment[XS_AT_START], &w->moment[XS_AT_ENTRY]);
	restore = way(&w->moment[XS_AT_EXIT], &w->moment[XS_AT_END]);
	count(w, SEEN_WAY + save * WHERES + w->where);
	count(w, SEEN_WAY + (WAYS + restore) * WHERES + w->where);
	count(w, SEEN_FAULT + plan->fault * WAYS + save);
	count(w, SEEN_HANDLER + plan->handler * WAYS + restore);
}
