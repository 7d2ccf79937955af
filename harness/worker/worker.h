/* SPDX-License-Identifier: GPL-2.0-only */
/* A worker: the window's life, from its arming to its verdict. */
#ifndef XS_WORKER_H
#define XS_WORKER_H

#include <signal.h>

#include "handler/handler.h"
#include "signal/signal.h"
#include "stack/mitigation.h"
#include "stack/stack.h"
#include "task/delivery.h"
#include "task/level.h"
#include "worker/behaviour.h"

/* What a worker's process keeps for the next run: memory. */
struct xs_kept {
	struct xs_level *level;
	uint32_t levels; /* room there */
	uint8_t *map;	 /* what .task.cliff and the stack behind it can be again, or NULL */
	size_t map_bytes;
	uint8_t *own; /* of all sources, or NULL */
};

struct xs_worker {
	struct xs_task task;
	struct xs_kept kept;
	_Alignas(64) uint8_t init[XS_IMAGE_MAX];	/* .task.init */
	_Alignas(64) uint8_t edited[XS_IMAGE_MAX + 64]; /* what a right frame says after the edit */
	/* What sigreturn has to load from an edited frame. */
	_Alignas(64) uint8_t after[XS_IMAGE_MAX];
	/* The frame and the entry of the SIGSEGV that refuses a bad frame. */
	_Alignas(64) uint8_t refusal_frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t refusal_entry[XS_IMAGE_MAX];
	struct xs_layout refusal_layout;
	const struct xs_handler_action *action; /* what follows is zero when a run begins */
	const struct xs_signal_source *source;
	const struct xs_stack_fault *fault;
	struct xs_level *given; /* what an edit puts into a frame */
	struct xs_stack stack;
	uint8_t *low;		 /* 32-bit frames: its region below 4 GiB, or NULL */
	uint8_t *fpstate_copy;	 /* where sigreturn finds fpstate, if not in the frame; or NULL */
	struct xs_stack restore; /* .stack with .drop on the pages of that */
	volatile uint32_t depth; /* of the handler, 0 in the task */
	volatile uint32_t finished; /* its thread is gone: the resolver may go */
	bool sampling;
	bool acted;			     /* the handler's action was carried through */
	bool awaits_refusal;		     /* sigreturn is to fail with SIGSEGV */
	bool refused;			     /* it did: in this window, */
	bool returning;			     /* a handler has left a legal frame for sigreturn */
	uint32_t aftermath;		     /* windows without a signal that are still to come */
	bool awaits_tracer;		     /* self-test: the window takes no signal */
	uint64_t faults_base;		     /* before the loop; 0: nobody counts page faults */
	volatile uint64_t *witness;	     /* set, in a page that was dropped then; or NULL */
	bool witnessed;			     /* the frame was written to a new page */
	struct xs_moment moment[XS_MOMENTS]; /* where it is sampled */
	uint32_t where;	      /* it was interrupted, as xs_behaviour_signal() tells places apart */
	struct xs_kcov *kcov; /* or NULL */
	/* Calibration: where the kernel put a frame. */
	volatile bool calibrating;
	/* Of the last frame at depth 0: where its fpstate lies, and its size with magic2. */
	uintptr_t frame_fpstate;
	uint32_t frame_bytes;
	/* What every word between the frame's end and the stack's is. */
	uint64_t above;
};

/* Whether the entry that the case has of an axis has one of @flags. */
static inline bool xs_action_is(const struct xs_worker *w, uint32_t flags)
{
	return w->action->entry.flags & flags;
}

static inline bool xs_fault_is(const struct xs_worker *w, uint32_t flags)
{
	return w->fault->entry.flags & flags;
}

/* Whether frames have no room on the signal stack. */
static inline bool xs_is_short(const struct xs_worker *w)
{
	const uint32_t flags = XS_STACK_TIGHT | XS_STACK_REFUSES;

	return (w->fault->entry.flags & flags) == flags;
}

/** xs_worker_main() - run worker @w of the plan (w->task is set) until the end */
int xs_worker_main(struct xs_worker *w);

/** xs_worker_open() - map images and signal stack, place the frame. Context: @w's thread. */
int xs_worker_open(struct xs_worker *w);

/** xs_worker_close() - give the signal stack back; its resolver is gone too. .level stays. */
void xs_worker_close(struct xs_worker *w);

/** xs_handle() - the handler of all signals of 64-bit frames */
void xs_handle(int signo, siginfo_t *info, void *context);

/** xs_deliver() - all that a handler does. Context: the handler of a worker's thread. */
void xs_deliver(const struct xs_delivery *given);

/** xs_handler_bind() - the calling thread's signals are @w's */
void xs_handler_bind(struct xs_worker *w);

/** xs_handler_remove() - undo xs_handler_install(), and drop what is pending */
void xs_handler_remove(const struct xs_plan *plan);

/**
 * xs_handler_install() - the process's handlers of all signals of the plan: 0 or -errno
 * @low: a region with the code for 32-bit frames, or NULL: for 64-bit ones
 */
int xs_handler_install(const struct xs_plan *plan, uint8_t *low);

/** xs_sigreturn_prepare() - do to the frame what the case asks for. Context: @w's handler. */
void xs_sigreturn_prepare(struct xs_worker *w, const struct xs_delivery *d);

/**
 * xs_plant_frame() - put the planted corruption into a frame
 * @fpstate: where sigreturn finds it
 * @both: of a 32-bit frame: in fpstate too where it is in FSAVE's header
 */
void xs_plant_frame(struct xs_worker *w, const struct xs_delivery *d, uint8_t *fpstate, bool both);

/**
 * xs_plant_layout() - as if the kernel had written field @which of a frame's layout wrong
 *
 * The second call takes back what the first has done, but for the red zone.
 * Context: @w's handler, for a frame of depth 0.
 */
void xs_plant_layout(struct xs_worker *w, const struct xs_delivery *d, uint32_t which);

/** xs_plant_window() - plant in the coming window of @w what a window can show */
void xs_plant_window(struct xs_worker *w);

/** xs_plant_sigreturn() - plant in what sigreturn finds at @fpstate */
void xs_plant_sigreturn(struct xs_worker *w, const struct xs_delivery *d, uint8_t *fpstate);

/** xs_signal_mask() - block or unblock what sources send, for the calling thread: SIG_... */
void xs_signal_mask(int how);

#endif
