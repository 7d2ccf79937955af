// SPDX-License-Identifier: GPL-2.0-only
/* Counts what signals made the kernel do, and reads its own coverage of a worker's thread. */
#include "worker/behaviour.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "state/frame.h"
#include "worker/worker.h"

#define WHERES	    4u	/* kinds of places that a signal can interrupt */
#define WAYS	    16u /* what may happen between two moments: a mask of four */
#define PAGE	    4096u
#define ROWS	    32u	   /* of an axis */
#define TRACE_WORDS 65536u /* of KCOV: the first says how many follow */

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

static void step(uint8_t *counter)
{
	if (*counter < UINT8_MAX)
		(*counter)++;
}

static void count(struct xs_worker *w, uint32_t which)
{
	step(&w->task.shared->behaviour.seen[which]);
}

static uint64_t less(uint64_t from, uint64_t faults)
{
	return from > faults ? from - faults : 0;
}

uint64_t xs_worker_faults(struct xs_worker *w, uint64_t *most)
{
	const uint64_t all = xs_task_usage(&w->task);
	uint64_t begun = 0, ended = 0;

	for (uint32_t depth = 0; depth <= w->task.shared->plan.depth; depth++) {
		const uint64_t twice = w->task.level[depth].window.faults;

		begun += (twice + 1) / 2;
		ended += twice / 2;
	}
	*most = less(all, ended);
	return less(all, begun);
}

void xs_moment_take(struct xs_worker *w, unsigned int which)
{
	uint64_t most;
	const uint64_t faults = xs_worker_faults(w, &most);
	const struct xs_counters *count = w->task.count;
	const volatile uint64_t *neighbour = w->stack.neighbour;

	w->moment[which] = (struct xs_moment){
		.faults = faults,
		.faults_most = most,
		.switches = count->switches_voluntary + count->switches_involuntary,
		.neighbour = neighbour ? *neighbour : 0,
		.cpu = sched_getcpu(),
	};
}

void xs_witness_leave(struct xs_worker *w)
{
	const struct xs_stack *s = &w->stack;
	const uintptr_t from = w->frame_fpstate + w->frame_bytes, at = (from + 7) & ~(uintptr_t)7;

	w->witness = NULL;
	w->witnessed = false;
	/* A frame that cannot be written takes no page in. */
	if (w->faults_base || w->above || w->task.shared->mitigated || at % PAGE == 0 ||
	    xs_fault_is(w, XS_STACK_REFUSES) || at < (uintptr_t)s->drop ||
	    at >= (uintptr_t)s->drop + s->drop_bytes)
		return;
	w->witness = (volatile uint64_t *)at;
	*w->witness = UINT64_MAX;
}

void xs_witness_look(struct xs_worker *w)
{
	if (!w->witness)
		return;
	w->witnessed = !*w->witness;
	*w->witness = 0;
	w->witness = NULL;
}

static uint32_t way(const struct xs_moment *from, const struct xs_moment *to)
{
	return (uint32_t)(to->faults > from->faults_most) |
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
	const uint32_t left = PAGE - (uint32_t)((uintptr_t)d->fpstate % PAGE);
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

static int give_up(struct xs_kcov *k)
{
	const int error = errno;

	if (k->fd > 0)
		close(k->fd);
	*k = (struct xs_kcov){ .fd = -1 };
	return -error;
}

static int open_trace(struct xs_kcov *k)
{
	void *map;

	if (k->fd < 0)
		return -ENOENT; /* there was none */
	k->fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (k->fd < 0 || ioctl(k->fd, KCOV_INIT_TRACE, (unsigned long)TRACE_WORDS))
		return give_up(k);
	map = mmap(NULL, TRACE_WORDS * sizeof(*k->trace), PROT_READ | PROT_WRITE, MAP_SHARED, k->fd,
		   0);
	if (map == MAP_FAILED)
		return give_up(k);
	k->trace = map;
	return 0;
}

int xs_kcov_start(struct xs_kcov *k)
{
	const int rc = k->trace ? 0 : open_trace(k);

	if (rc)
		return rc;
	if (ioctl(k->fd, KCOV_ENABLE, (unsigned long)KCOV_TRACE_PC))
		return -errno;
	__atomic_store_n(&k->trace[0], 0, __ATOMIC_RELAXED);
	return 0;
}

void xs_kcov_stop(struct xs_kcov *k, struct xs_behaviour *b)
{
	uint64_t n, before = 0;

	if (!k->trace)
		return;
	n = __atomic_load_n(&k->trace[0], __ATOMIC_RELAXED);
	ioctl(k->fd, KCOV_DISABLE, 0);
	for (uint64_t i = 1; i <= n && i < TRACE_WORDS; i++) {
		const uint64_t edge = (k->trace[i] ^ before >> 1) * 0x9e3779b97f4a7c15u;

		step(&b->kernel[edge >> 32 & (XS_KERNEL_PLACES - 1)]);
		before = k->trace[i];
	}
}
