/* SPDX-License-Identifier: GPL-2.0-only */
/* What a task of a run has in its hands: the engine's inside. */
#ifndef XS_TASK_H
#define XS_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/obs.h"
#include "engine/plant.h"
#include "engine/window.h"
#include "plan/plan.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/image.h"

#define XS_SIGNO 10 /* SIGUSR1: what every source sends */

/* Words that two tasks share; one line each. */
struct xs_slot {
	_Alignas(64) volatile uint32_t inside; /* sequence of the window it is in, or 0 */
	volatile uint32_t release;	       /* set by a delivery: the hold may end */
};

/* The memory that parent and children share. */
struct xs_shared {
	struct xs_plan plan;
	struct xs_cpu cpu;
	struct xs_plant plant;
	volatile uint32_t plant_fired;
	volatile uint64_t plant_iteration;
	volatile uint32_t ready;   /* tasks that are set up */
	volatile uint32_t started; /* futex: 0, then 1 when every task is ready */
	volatile uint32_t stop;
	volatile uint64_t start_ns;
	uint64_t ticks_per_us;
	int event_fd; /* children write to it: a record, an error */
	struct xs_slot slot[XS_TASKS_MAX];
	struct xs_obs obs;
};

struct xs_task {
	struct xs_shared *shared;
	const struct xs_plan_task *plan;
	struct xs_counters *count;
	struct xs_slot *slot;
	uint32_t index;
};

/* One depth of windows: the task's own, or the one inside its handler. */
struct xs_level {
	struct xs_window window;
	uint32_t registers;  /* mask over state.def: what is proved */
	uint32_t generation; /* of .image */
	uint8_t role;	     /* enum xs_pattern_role */
	uint8_t expected;    /* enum xs_pattern_role of what the window has to end with */
	bool bad;	     /* xs_window_run() found a mismatch */
	bool delivered;	     /* .frame and .entry hold this window's signal */
	_Alignas(64) uint8_t image[XS_IMAGE_MAX];
	_Alignas(64) uint8_t planted[XS_IMAGE_MAX];
	_Alignas(64) uint8_t dump[XS_IMAGE_MAX];
	_Alignas(64) uint8_t frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t entry[XS_IMAGE_MAX];
	_Alignas(64) uint8_t scratch[512];
};

struct xs_worker {
	struct xs_task task;
	struct xs_level level[2];
	_Alignas(64) uint8_t init[XS_IMAGE_MAX]; /* what a handler must find */
	const struct xs_signal_source *source;
	const struct xs_stack_fault *fault;
	struct xs_stack stack;
	/* The timer source's own. */
	int timer;
	bool timer_open;
	uint64_t timer_lead_ns, timer_outside;
	volatile uint32_t depth; /* of the handler, 0 in the task */
	volatile uint32_t nested_release;
	volatile uint32_t finished; /* its thread is gone: the resolver may go */
	bool sampling;
	bool clobbered;	      /* by the handler, in this window: .level[1].dump shows it */
	bool awaits_tracer;   /* self-test: the window takes no signal */
	uint64_t faults_base; /* before the loop */
	uint64_t faults_entry, faults_exit; /* sampled in the handler */
	/* Calibration: where the kernel put a frame. */
	volatile bool calibrating;
	uintptr_t frame_fpstate;
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

/**
 * xs_task_begin() - pin the calling thread, say "ready", wait for the start
 *
 * Return: 0 or -errno (reported through xs_task_fail() already).
 */
int xs_task_begin(struct xs_task *t);

/** xs_task_fail() - report that the task cannot go on; returns @error */
int xs_task_fail(struct xs_task *t, int error, const char *what);

/** xs_task_usage() - leave the thread's switches in its counters: its page faults so far */
uint64_t xs_task_usage(struct xs_task *t);

/** xs_task_record() - leave a mismatch; the parent is told at once */
void xs_task_record(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, uint32_t depth,
		    const uint8_t *expected, const uint8_t *actual);

/**
 * xs_level_init() - a window of @t's registers, of generation 1
 */
void xs_level_init(struct xs_level *l, struct xs_task *t, enum xs_pattern_role role);

/** xs_level_next() - the next generation. Context: outside a window. */
void xs_level_next(struct xs_level *l, struct xs_task *t);

/**
 * xs_plant_due() - whether @t is to plant now, in the way @how
 *
 * True once in a run; the iteration is then noted. Context: any task.
 */
bool xs_plant_due(struct xs_task *t, enum xs_plant_how how);

/** xs_level_plant() - load a corrupted image in the coming window if that is due, as @how */
void xs_level_plant(struct xs_level *l, struct xs_task *t, enum xs_plant_how how);

/** xs_worker_main() - run worker @w of the plan (w->task is set) until the end */
int xs_worker_main(struct xs_worker *w);

/** xs_worker_close() - give the signal stack back; its resolver is gone too */
void xs_worker_close(struct xs_worker *w);

/** xs_handler_install() - the process's handler of XS_SIGNO: 0 or -errno */
int xs_handler_install(void);

/** xs_handler_bind() - the calling thread's signals are @w's */
void xs_handler_bind(struct xs_worker *w);

/** xs_vector_main() - load, hold and prove registers until the end: pressure */
int xs_vector_main(struct xs_task *t);

/** xs_host_main() - the workers' process: runs every thread of the plan. Return: exit code. */
int xs_host_main(struct xs_shared *shared);

/** xs_sender_main(), xs_resolver_main() - the threads that serve a worker */
int xs_sender_main(struct xs_sender *s);
int xs_resolver_main(struct xs_task *t, struct xs_worker *w);

#endif
