// SPDX-License-Identifier: GPL-2.0-only
/* A worker's memory: its images, its signal stack, and where a frame comes to lie on that. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>

#include "stack/memory.h"
#include "task/hold.h"
#include "task/sys.h"
#include "worker/compat.h"
#include "worker/keyed.h"
#include "worker/worker.h"

#define PAGE	    4096u
#define FRAME_PAGES 6u /* for a frame and its handler, with AMX and page boundaries anywhere */
#define PLACE_TRIES 3u
#define COPY_PAGES  5ul /* of the stack's mapping, for fpstate as sigreturn is to find it */

/* Whether the handler has values of its own in the registers. */
static bool acts(const struct xs_handler_action *a)
{
	return a->act || a->edit || a->point;
}

static int altstack_set(struct xs_worker *w, size_t shift)
{
	w->stack.ss_flags = w->action->stack_flags;
	w->stack.used_bytes = w->stack.bytes - shift;
	/* The copy's pages are below the stack, in the same mapping. */
	return xs_stack_set(&w->stack, w->stack.used_bytes - COPY_PAGES * PAGE);
}

/* Have the window signal itself. */
static void signal_itself(struct xs_window *window)
{
	window->hold_syscall = SYS_tgkill;
	window->args[0] = (uint64_t)xs_syscall3(SYS_getpid, 0, 0, 0);
	window->args[1] = (uint64_t)xs_syscall3(SYS_gettid, 0, 0, 0);
	window->args[2] = XS_SIGNO;
}

/*
 * Take one signal to learn where the kernel puts a frame: in a window, with
 * everything loaded that a case loads, since a frame is as large as the task's
 * state makes it, and in 32-bit code where 32-bit frames are wanted.
 */
static int calibrate(struct xs_worker *w)
{
	struct xs_window *window = &w->task.level[0].window;
	const uint64_t ticks = window->hold_ticks;

	signal_itself(window);
	window->compat_call = w->low ? xs_compat_call(SYS_tgkill) : -1;
	window->hold_ticks = 0;
	w->task.slot->release = 0;
	w->frame_fpstate = 0;
	w->calibrating = true;
	xs_window_run(window);
	w->calibrating = false;
	window->hold_ticks = ticks;
	window->hold_syscall = window->compat_call = -1;
	return w->frame_fpstate ? 0 : -EPROTO;
}

/*
 * Whatever a handler loads, the task loads once before its frames are measured:
 * a component that is used for the first time makes all later frames larger.
 */
static void use_all(const struct xs_worker *w)
{
	for (uint32_t i = 1; acts(w->action) && i <= w->task.shared->plan.depth; i++)
		xs_level_load(&w->task.level[i]);
	xs_registers_default();
}

/*
 * Put the page boundary where the case wants it: fpstate moves with the top
 * of the stack in steps of 64 bytes. Then drop[] is the side that is to be
 * missing.
 */
static int place_frame(struct xs_worker *w)
{
	const struct xs_plan *plan = &w->task.shared->plan;
	struct xs_stack *s = &w->stack;
	size_t shift = 0;
	uintptr_t boundary;
	int rc;

	s->drop = s->base + COPY_PAGES * PAGE;
	s->drop_bytes = s->bytes - COPY_PAGES * PAGE;
	/* Once to measure, once to see; a frame that has grown meanwhile is measured again. */
	for (uint32_t tries = 0;; tries++) {
		rc = altstack_set(w, shift);
		if (rc >= 0)
			rc = calibrate(w);
		if (rc < 0 || plan->boundary == XS_BOUNDARY_NONE)
			return rc;
		boundary = w->frame_fpstate + (uintptr_t)(int32_t)plan->boundary;
		if (!(boundary % PAGE))
			break;
		if (tries == PLACE_TRIES)
			return -EPROTO;
		shift = (shift + boundary) % PAGE;
	}
	/* Then it cuts no frame of this task: no frame is where the case wants it. */
	if (plan->boundary >= w->frame_bytes && !xs_boundary_is_below(plan->boundary)) {
		w->task.count->misplaced++;
		return -ERANGE;
	}
	if (plan->missing == XS_MISSING_UPPER) {
		s->drop = (uint8_t *)boundary;
		s->drop_bytes = (size_t)(s->base + s->bytes - s->drop);
	} else if (plan->missing == XS_MISSING_LOWER) {
		s->drop_bytes = (size_t)((uint8_t *)boundary - s->drop);
	}
	return 0;
}

/*
 * What lies above the frame is the frame's no more: it has to stay as it is.
 * Pages that lose what they hold come back as zeros.
 */
static void fill_above(struct xs_worker *w)
{
	uint8_t *at = (uint8_t *)w->frame_fpstate + w->frame_bytes;
	size_t bytes = (size_t)(w->stack.base + w->stack.bytes - at);

	w->above = xs_fault_is(w, XS_STACK_KEEPS | XS_STACK_STAYS) ? UINT64_MAX : 0;
	if (bytes <= w->stack.bytes)
		__asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(w->above) : "memory");
}

/* Whether the least signal stack has no room for the frame. */
static bool outgrows_least(const struct xs_worker *w)
{
	return w->stack.base + w->stack.used_bytes - w->stack.frame > (ptrdiff_t)XS_STACK_MIN;
}

/* The vector task whose progress says that the worker's CPU has been used. */
static const volatile uint64_t *neighbour_of(const struct xs_worker *w)
{
	struct xs_shared *shared = w->task.shared;
	const struct xs_plan *plan = &shared->plan;

	for (uint32_t i = plan->workers; i < plan->tasks; i++)
		if (plan->task[i].role == XS_ROLE_PRESSURE && plan->task[i].registers &&
		    plan->task[i].cpu == w->task.plan->cpu)
			return &shared->obs.counters[i].iterations;
	return NULL;
}

/* Where sigreturn finds fpstate where its pages are to be absent then: a page boundary as asked. */
static void place_copy(struct xs_worker *w)
{
	const struct xs_plan *plan = &w->task.shared->plan;
	const int32_t boundary = plan->boundary == XS_BOUNDARY_NONE ? 0 : (int32_t)plan->boundary;
	/* One more below, for what a 32-bit frame has in front of fpstate. */
	const size_t lower =
		(1 + (boundary > 0 ? ((uint32_t)boundary + PAGE - 1) / PAGE : 0)) * (size_t)PAGE;
	struct xs_stack *r = &w->restore;

	if (plan->restore == XS_MISSING_NONE)
		return;
	w->fpstate_copy = w->stack.base + lower - boundary;
	*r = w->stack;
	r->drop = r->base;
	r->drop_bytes = plan->restore == XS_MISSING_LOWER ? lower : COPY_PAGES * PAGE;
	if (plan->restore == XS_MISSING_UPPER) {
		r->drop += lower;
		r->drop_bytes -= lower;
	}
}

/* Without .low's own pages. */
static size_t map_bytes(const struct xs_worker *w)
{
	const size_t frames = w->task.shared->plan.depth + 1ul;

	return XS_CLIFF_BYTES + (COPY_PAGES + FRAME_PAGES * frames + 2) * PAGE;
}

static bool is_compat(const struct xs_worker *w)
{
	return xs_flags(XS_AXIS_ABI, w->task.shared->plan.abi) & XS_ABI_COMPAT;
}

/* Whether the stack's mapping is plain memory before and after, whatever is done to it. */
static bool plain(const struct xs_worker *w)
{
	return !is_compat(w) && xs_fault_is(w, XS_STACK_ANONYMOUS);
}

/* The mapping of an earlier run, if it is what this one needs; else it is given back. */
static uint8_t *take_kept(struct xs_worker *w)
{
	uint8_t *map = w->kept.map;

	w->kept.map = NULL;
	if (!map || (plain(w) && w->kept.map_bytes == map_bytes(w)))
		return map;
	munmap(map, w->kept.map_bytes);
	return NULL;
}

/* A new mapping, or NULL. */
static uint8_t *map_stack(struct xs_worker *w)
{
	void *map;

	if (is_compat(w)) {
		w->low = xs_compat_map(&w->task.shared->plan);
		w->task.compat = w->low != NULL;
		return w->low ? w->low + XS_LOW_STACK_TOP : NULL;
	}
	map = mmap(NULL, map_bytes(w), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return map == MAP_FAILED ? NULL : map;
}

/* [cliff][guard][copy of fpstate][signal stack][guard]: what is written outside the frame shows. */
static int stack_open(struct xs_worker *w)
{
	uint8_t *const kept = take_kept(w), *const map = kept ? kept : map_stack(w);

	if (!map)
		return -errno;
	w->task.cliff = map;
	w->stack = (struct xs_stack){
		.base = map + XS_CLIFF_BYTES + PAGE,
		.bytes = map_bytes(w) - XS_CLIFF_BYTES - 2ul * PAGE,
		.fault = w->fault,
		.arm = w->fault->arm,
		.fd = -1,
		.hold_us = w->task.shared->plan.fault_hold_us,
		.neighbour = neighbour_of(w),
	};
	if (!kept && mprotect(map, XS_CLIFF_BYTES, PROT_READ | PROT_WRITE))
		return -errno;
	return kept ? 0 : w->fault->open(&w->stack);
}

static void *map_memory(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_32BIT, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

/* Room for @levels; what an earlier run has left may do. */
static int make_room(struct xs_kept *k, uint32_t levels)
{
	struct xs_level *map;

	if (levels <= k->levels)
		return 0;
	map = map_memory(levels * sizeof(*map));
	if (!map)
		return -errno;
	if (k->level)
		munmap(k->level, k->levels * sizeof(*map));
	k->level = map;
	k->levels = levels;
	return 0;
}

/* Its source's part of the memory of all sources. */
static int find_own(struct xs_worker *w)
{
	size_t at = 0, bytes = 0;

	for (uint32_t i = 0; i < XS_SIGNALS; i++) {
		if (xs_signal(i) == w->source)
			at = bytes;
		bytes += (xs_signal(i)->own_bytes + 15u) & ~15u;
	}
	if (!w->kept.own)
		w->kept.own = map_memory(bytes);
	w->task.own = w->kept.own + at;
	return w->kept.own ? 0 : -errno;
}

static int open_levels(struct xs_worker *w)
{
	struct xs_task *t = &w->task;
	const uint32_t depth = t->shared->plan.depth;
	int rc = make_room(&w->kept, depth + 2);

	if (!rc)
		rc = find_own(w);
	if (!rc)
		rc = xs_hold_open(t);
	if (rc)
		return rc;
	t->level = w->kept.level;
	t->init = w->init;
	w->given = &t->level[depth + 1];
	xs_image_entry(w->init, &t->shared->cpu);
	xs_level_init(&t->level[0], t, XS_PATTERN_TASK);
	for (uint32_t i = 1; i <= depth; i++)
		t->level[i].delivered = t->level[i].bad = false;
	/* A handler that does nothing has no values of its own: a short case is much shorter. */
	if (!acts(w->action))
		return 0;
	xs_level_init(w->given, t, XS_PATTERN_GIVEN);
	for (uint32_t i = 1; i <= depth; i++) {
		struct xs_level *l = &t->level[i];

		xs_level_init(l, t, XS_PATTERN_HANDLER);
		l->window.release = &l->release;
		signal_itself(&l->window);
	}
	return 0;
}

int xs_worker_open(struct xs_worker *w)
{
	const struct xs_shared *shared = w->task.shared;
	int rc = open_levels(w);

	if (rc >= 0)
		rc = stack_open(w);
	if (rc < 0)
		return rc;
	*xs_keyed_of(w->low) = (struct xs_keyed){ 0 };
	xs_handler_bind(w);
	if (w->low) {
		/* All workers' handlers are the same code: whose copy of it is used does not
		 * matter. */
		xs_compat_bind(w, w->low, xs_deliver);
		rc = xs_handler_install(&shared->plan, w->low);
	} else {
		xs_signal_mask(SIG_UNBLOCK);
	}
	use_all(w);
	if (rc >= 0)
		rc = place_frame(w);
	if (rc < 0)
		return rc;
	if (xs_is_short(w) && !outgrows_least(w)) {
		w->task.count->misplaced++;
		return -ERANGE;
	}
	fill_above(w);
	if (xs_fault_is(w, XS_STACK_KEYED))
		*xs_keyed_of(w->low) = (struct xs_keyed){ .base = (uintptr_t)w->stack.drop,
							  .bytes = w->stack.drop_bytes,
							  .key = w->stack.key };
	rc = xs_mitigation_open(&xs_mitigations[shared->mitigation], shared->mitigated, &w->stack);
	if (rc < 0)
		return rc;
	place_copy(w);
	/* A resolver may be gone, and pages that refuse do so whatever memory there is. */
	if (!xs_fault_is(w, XS_STACK_RESOLVER | XS_STACK_REFUSES | XS_STACK_KEYED))
		xs_death_frames(w->stack.base, w->stack.bytes);
	if (xs_fault_is(w, XS_STACK_SHARED) && xs_fault_is(w, XS_STACK_KEEPS)) {
		w->task.slot->stack_bytes = w->stack.bytes;
		w->task.slot->stack = (uintptr_t)w->stack.base;
	}
	return rc;
}

void xs_worker_close(struct xs_worker *w)
{
	xs_hold_close(&w->task);
	if (!w->stack.base)
		return;
	xs_stack_close(w->fault, &w->stack);
	if (w->task.shared->stay && plain(w)) {
		w->kept.map = w->task.cliff;
		w->kept.map_bytes = map_bytes(w);
		return;
	}
	if (w->low)
		munmap(w->low, XS_LOW_BYTES);
	else
		munmap(w->task.cliff, map_bytes(w));
}
