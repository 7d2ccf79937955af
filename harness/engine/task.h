/* SPDX-License-Identifier: GPL-2.0-only */
/* What a task of a run has in its hands: the engine's inside. */
#ifndef XS_TASK_H
#define XS_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/behaviour.h"
#include "engine/death.h"
#include "engine/delivery.h"
#include "engine/layout.h"
#include "engine/obs.h"
#include "engine/plant.h"
#include "engine/window.h"
#include "handler/handler.h"
#include "plan/plan.h"
#include "signal/signal.h"
#include "stack/mitigation.h"
#include "stack/stack.h"
#include "state/image.h"

#define XS_SIGNO 10 /* SIGUSR1: what every source sends */

/* Words that two tasks share; one line each. */
struct xs_slot {
	_Alignas(64) volatile uint32_t inside; /* sequence of the window it is in, or 0 */
	volatile uint32_t release;	       /* set by a delivery: the hold may end */
	volatile uintptr_t stack;	       /* a worker's signal stack, if its pages may be */
	volatile size_t stack_bytes;	       /* dropped at any time; else 0 */
};

/* Where a child finds its part of a run, and says that it has done it: one line each. */
struct xs_seat {
	_Alignas(64) volatile uint32_t run; /* futex: number of the run that it has a part in, */
	volatile uint32_t task;		    /* and which; the workers' process: 0 */
	volatile uint32_t left;		    /* number of the last run whose part it has done */
	struct xs_death death;
};

/* The memory that parent and children share. */
struct xs_shared {
	struct xs_plan plan;
	struct xs_cpu cpu;
	struct xs_plant plant;
	volatile uint32_t plant_fired;
	volatile uint64_t plant_iteration;
	volatile uint64_t plant_ns; /* since start_ns */
	volatile uint32_t ready;    /* tasks that are set up */
	volatile uint32_t started;  /* futex: 0, then 1 when every task is ready */
	volatile uint32_t stop;
	volatile uint32_t stay; /* children wait for another run */
	volatile uint64_t start_ns;
	volatile uint32_t observe; /* .behaviour is wanted */
	uint8_t mitigation;	   /* row of xs_mitigations, and */
	uint8_t mitigated;	   /* enum xs_mitigated */
	uint64_t ticks_per_us;
	int event_fd; /* children write to it: a record, an error */
	struct xs_seat seat[XS_TASKS_MAX];
	struct xs_slot slot[XS_TASKS_MAX];
	struct xs_behaviour behaviour;
	struct xs_obs obs;
};

struct xs_task {
	struct xs_shared *shared;
	const struct xs_plan_task *plan;
	struct xs_counters *count;
	struct xs_slot *slot;
	uint32_t index;
	/* Switches of the thread in earlier runs: it may be one that stayed. */
	uint64_t voluntary_base, involuntary_base;
};

/* One depth of windows: the task's own, or the one inside its handler. */
struct xs_level {
	struct xs_window window;
	uint32_t registers;	 /* mask over state.def: what is proved, */
	uint32_t loaded;	 /* and what holds patterns */
	uint32_t compared_bytes; /* the part of an image in which these lie */
	uint32_t generation;	 /* of .image */
	uint8_t role;		 /* enum xs_pattern_role */
	uint8_t expected;	 /* enum xs_pattern_role of what the window has to end with */
	bool bad;		 /* xs_window_run() found a mismatch */
	bool delivered;		 /* .frame, .entry and .layout hold this window's signal */
	struct xs_layout layout;
	struct xs_layout proved_layout; /* the last one that was right, for a task that held */
	uint64_t proved_used;		/* these components; 0: none yet */
	volatile uint32_t release;	/* of a window inside a handler */
	_Alignas(64) uint8_t image[XS_IMAGE_MAX];
	_Alignas(64) uint8_t planted[XS_IMAGE_MAX];
	_Alignas(64) uint8_t dump[XS_IMAGE_MAX];
	_Alignas(64) uint8_t frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t entry[XS_IMAGE_MAX];
	_Alignas(64) uint8_t scratch[XS_SCRATCH_BYTES];
};

#define XS_CLIFF_BYTES 12288u /* memory whose end is not mapped */

struct xs_worker {
	struct xs_task task;
	/* The task's, those of nested handlers (depth of the plan, 1 at least), and that of edits.
	 */
	struct xs_level *level;
	struct xs_level *given;
	uint32_t levels; /* room in .level */
	/* Of an earlier run: what .cliff and the stack behind it can be again, or NULL. */
	uint8_t *kept;
	size_t kept_bytes;
	uint64_t timer_lead_ns;				/* of the timers, as adapted so far */
	_Alignas(64) uint8_t init[XS_IMAGE_MAX];	/* what a handler must find */
	_Alignas(64) uint8_t edited[XS_IMAGE_MAX + 64]; /* what a right frame says after the edit */
	_Alignas(64)
		uint8_t after[XS_IMAGE_MAX]; /* what sigreturn has to load from an edited frame */
	/* The frame and the entry of the SIGSEGV that refuses a bad frame. */
	_Alignas(64) uint8_t refusal_frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t refusal_entry[XS_IMAGE_MAX];
	struct xs_layout refusal_layout;
	const struct xs_handler_action *action;
	const struct xs_signal_source *source;
	const struct xs_stack_fault *fault;
	const struct xs_mitigation *mitigation;
	struct xs_stack stack;
	uint8_t *low;		 /* 32-bit frames: its region below 4 GiB, or NULL */
	uint8_t *cliff;		 /* XS_CLIFF_BYTES, then a guard page */
	uint8_t *fpstate_copy;	 /* where sigreturn finds fpstate, if not in the frame; or NULL */
	struct xs_stack restore; /* .stack with .drop on the pages of that */
	/* The timer source's own. */
	int timer;
	bool timer_open;
	uint64_t timer_outside; /* itimer's too */
	/* The sigio source's own. */
	int pipe[2];
	bool pipe_open;
	volatile uint32_t depth;    /* of the handler, 0 in the task */
	volatile uint32_t finished; /* its thread is gone: the resolver may go */
	bool sampling;
	bool clobbered;	      /* by the handler, in this window: .level[1].dump shows it */
	bool acted;	      /* the handler's action was carried through */
	bool awaits_refusal;  /* sigreturn is to fail with SIGSEGV */
	bool refused;	      /* it did: in this window, */
	bool returning;	      /* a handler has left a legal frame for sigreturn */
	uint32_t aftermath;   /* windows without a signal that are still to come */
	bool is_child;	      /* this is a child that the handler forked; */
	int32_t child;	      /* its process in the parent, or 0 */
	bool awaits_tracer;   /* self-test: the window takes no signal */
	uint64_t faults_base; /* before the loop */
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

struct xs_sender {
	struct xs_task task;
	struct xs_task *target;
};

/** xs_task_stopping() - whether the run is over. Context: any. */
static inline bool xs_task_stopping(const struct xs_task *t)
{
	return t->shared->stop;
}

/** xs_task_init() - fill @t for task @index of the plan in @shared */
void xs_task_init(struct xs_task *t, struct xs_shared *shared, uint32_t index);

/** xs_notify() - wake the parent. Context: any child. */
void xs_notify(const struct xs_shared *shared);

/** xs_task_pin() - where the plan has it: 0 or -errno (reported already) */
int xs_task_pin(struct xs_task *t);

/**
 * xs_task_begin() - pin the calling thread if that is to do, say "ready", wait for the start
 *
 * The last task that gets ready starts the run.
 *
 * Return: 0 or -errno (reported through xs_task_fail() already).
 */
int xs_task_begin(struct xs_task *t);

/** xs_task_fail() - report that the task cannot go on; returns @error */
int xs_task_fail(struct xs_task *t, int error, const char *what);

/** xs_task_usage() - leave the run's switches in the counters: the thread's page faults so far */
uint64_t xs_task_usage(struct xs_task *t);

/**
 * xs_task_record_as() - leave what is @wrong; the parent is told at once
 * @bytes: of @expected and @actual, XS_IMAGE_MAX at most
 */
void xs_task_record_as(struct xs_task *t, const struct xs_level *l, enum xs_wrong wrong,
		       enum xs_leg leg, uint32_t depth, const void *expected, const void *actual,
		       uint32_t bytes);

/** xs_task_record() - leave a mismatch of two images */
void xs_task_record(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, uint32_t depth,
		    const uint8_t *expected, const uint8_t *actual);

/**
 * xs_level_init() - a window of @t's registers, of generation 1
 *
 * Of role TASK it leaves in init state what the task only proves.
 */
void xs_level_init(struct xs_level *l, struct xs_task *t, enum xs_pattern_role role);

/** xs_level_load() - load a level's image, as its window would. Context: outside a window. */
void xs_level_load(const struct xs_level *l);

/** xs_level_next() - the next generation. Context: outside a window. */
void xs_level_next(struct xs_level *l, struct xs_task *t);

/**
 * xs_plant_due() - whether @t is to plant now, in the way @how
 *
 * True once in a run; the iteration is then noted. Context: any task.
 */
bool xs_plant_due(struct xs_task *t, enum xs_plant_how how);

/** xs_plant_found() - corrupt what was found in registers, if that is due */
void xs_plant_found(struct xs_task *t, uint8_t *image, uint32_t generation);

/** xs_level_plant() - load a corrupted image in the coming window if that is due, as @how */
void xs_level_plant(struct xs_level *l, struct xs_task *t, enum xs_plant_how how);

/** xs_worker_main() - run worker @w of the plan (w->task is set) until the end */
int xs_worker_main(struct xs_worker *w);

/** xs_worker_open() - map images and signal stack, place the frame. Context: @w's thread. */
int xs_worker_open(struct xs_worker *w);

/** xs_worker_close() - give the signal stack back; its resolver is gone too. .level stays. */
void xs_worker_close(struct xs_worker *w);

/** xs_handle() - the handler of all signals of 64-bit frames */
void xs_handle(int signo, siginfo_t *info, void *context);

/** xs_handler_remove() - undo xs_handler_install(), and drop what is pending */
void xs_handler_remove(const struct xs_plan *plan);

/** xs_handler_install() - the process's handlers of all signals of the plan: 0 or -errno */
int xs_handler_install(const struct xs_plan *plan);
int xs_handler_install_compat(const struct xs_plan *plan, uint8_t *low);

/** xs_sigreturn_prepare() - do to the frame what the case asks for. Context: @w's handler. */
void xs_sigreturn_prepare(struct xs_worker *w, const struct xs_delivery *d);

/**
 * xs_plant_frame() - put the planted corruption into a frame
 * @fpstate: where sigreturn finds it
 * @both: of a 32-bit frame: in fpstate too where it is in FSAVE's header
 */
void xs_plant_frame(struct xs_worker *w, const struct xs_delivery *d, uint8_t *fpstate, bool both);

/** xs_worker_clobber() - load the handler's own values: true. Context: @w's handler. */
bool xs_worker_clobber(struct xs_worker *w);

/** xs_signal_block(), xs_signal_unblock() - what sources send, for the calling thread */
void xs_signal_block(void);
void xs_signal_unblock(void);

/** xs_signal_nest() - let XS_SIGNO in. Context: a handler of 64-bit frames. */
void xs_signal_nest(void);

/** xs_handler_bind() - the calling thread's signals are @w's */
void xs_handler_bind(struct xs_worker *w);

/** xs_vector_main() - load, hold and prove registers until the end: pressure */
int xs_vector_main(struct xs_task *t);

/* What the workers' process keeps for the next run: memory. */
struct xs_host {
	struct xs_worker *worker;
	uint32_t workers;    /* room */
	struct xs_kcov kcov; /* of the first worker's thread */
};

/** xs_host_main() - the workers' process: runs every thread of the plan. Return: 0 or -errno. */
int xs_host_main(struct xs_shared *shared, struct xs_host *host);

/** xs_sender_main(), xs_resolver_main() - the threads that serve a worker */
int xs_sender_main(struct xs_sender *s);
int xs_resolver_main(struct xs_task *t, struct xs_worker *w);

#endif
