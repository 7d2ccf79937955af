/* SPDX-License-Identifier: GPL-2.0-only */
/* Observations: what the tasks of a run leave in memory shared with the parent. */
#ifndef XS_OBS_H
#define XS_OBS_H

#include <stdint.h>

#include "axis/leg.h"
#include "plan/plan.h"
#include "state/state.h"
#include "task/death.h"

/* What a record accuses of. */
enum xs_wrong {
	XS_WRONG_VALUES,   /* registers, or what a frame says, are not what they have to be */
	XS_WRONG_ACCEPTED, /* a frame, or a tracer's write, that has to be refused was not */
	XS_WRONG_REFUSED,  /* a legal frame, or a tracer's legal write, was refused */
};

#define XS_RECORDS_MAX 8u

/* One mismatch: everything that is needed to say whose data arrived. */
struct xs_record {
	uint32_t task;		   /* who found it */
	uint8_t leg;		   /* enum xs_leg; of XS_LEG_LAYOUT and KERNEL images are words */
	uint8_t wrong;		   /* enum xs_wrong */
	uint8_t depth;		   /* 0: the window; 1: the window inside its handler */
	uint8_t signalled;	   /* a signal was delivered inside this window */
	uint8_t role;		   /* enum xs_pattern_role: whose values are expected */
	volatile uint8_t complete; /* all of it is written */
	uint32_t registers;	   /* mask over state.def that was checked */
	uint32_t generation;	   /* of the expected image */
	int32_t cpu_before, cpu_after;
	uint32_t image_bytes;
	uint64_t iteration;
	uint64_t signals;	  /* the worker's signals in window so far, this one included */
	uint64_t faults;	  /* the worker's page faults so far */
	uint64_t since_start_ns;  /* since the run's start */
	uint64_t since_signal_ns; /* since the run's first signal, 0 if there was none */
	_Alignas(64) uint8_t expected[XS_IMAGE_MAX];
	_Alignas(64) uint8_t actual[XS_IMAGE_MAX];
};

/* Measuring faults around a signal costs system calls: it is done for one in so many. */
#define XS_SAMPLE_EVERY 8u

/* Counters of one task; written by it alone. */
struct xs_counters {
	_Alignas(64) uint64_t iterations;
	uint64_t checks;	  /* windows whose registers were proved */
	uint64_t frames;	  /* frames whose fpstate was proved */
	uint64_t entries;	  /* handler entries whose init state was proved */
	uint64_t signals;	  /* deliveries inside the window */
	uint64_t nested;	  /* deliveries inside the handler's window */
	uint64_t clobbered;	  /* handlers that were seen to hold their own values */
	uint64_t acted;		  /* handlers whose action was carried through */
	uint64_t refused;	  /* frames that sigreturn refused, or that could not be written */
	uint64_t misplaced;	  /* frames whose page boundary is not where the case wants it */
	uint64_t compat;	  /* of the signals: those with a 32-bit frame, */
	uint64_t repeated;	  /* those that came after another one in the same window, */
	uint64_t aborted;	  /* and those that aborted a restartable sequence */
	uint64_t outside;	  /* deliveries outside it */
	uint64_t missed;	  /* windows that ended without a delivery */
	uint64_t faults;	  /* page faults of the worker's loop */
	uint64_t uncounted;	  /* 1: there are none where the worker runs */
	uint64_t sampled;	  /* signals for which the next two were measured */
	uint64_t sampled_save;	  /* of those: a page fault between hold and handler */
	uint64_t sampled_restore; /* of those: a page fault between handler and check */
	uint64_t switches_voluntary, switches_involuntary;
	uint64_t migrations;
	uint64_t resolved;	       /* resolver: faults resolved */
	uint64_t first_signal_ns;      /* since the run's start, 0: none yet */
	int32_t cpu_before, cpu_after; /* of the last window */
	int32_t tid;		       /* 0 until the task runs */
	int32_t pid;
	int32_t error;	     /* -errno with which the task gave up, or 0 */
	char error_what[60]; /* the step that failed */
};

struct xs_obs {
	uint32_t image_bytes;
	uint32_t records; /* written so far; those past XS_RECORDS_MAX are counted only */
	struct xs_record record[XS_RECORDS_MAX];
	struct xs_counters counters[XS_TASKS_MAX];
};

/* What a run made the kernel do, as small counters that a fuzzer can steer by. */
#define XS_BEHAVIOURS	 2048u
#define XS_KERNEL_PLACES 8192u

/*
 * A counter stands at 255 when it has come there. Each says how often in a run
 * something was seen that the case does not say by itself: what the signal
 * interrupted; whether the kernel's write and read of the frame faulted, were
 * switched out, let another vector task run on the CPU, came back on another
 * CPU; for which method, handler, source; the components in XSTATE_BV; where a
 * page boundary cut fpstate; what became of the handlers.
 */
struct xs_behaviour {
	uint8_t seen[XS_BEHAVIOURS];
	uint8_t kernel[XS_KERNEL_PLACES]; /* edges of KCOV, hashed; zeros without it */
};

/* How the run as a whole ended, as the parent saw it. */
struct xs_ending {
	uint64_t started_ns; /* CLOCK_MONOTONIC; 0: the tasks never got so far */
	uint64_t elapsed_ns; /* since then */
	uint64_t wall_ns;    /* of all of it, from the first child's start to the last one's end */
	int error;	     /* -errno: the harness could not run the plan; else 0 */
	char error_what[XS_WHY_BYTES];
	int died_signal; /* a child died of it, by the kernel's doing; or 0 */
	uint32_t died_task;
	struct xs_death death;	    /* what it said of that */
	uint8_t left;		    /* a child's exit code that is none of ours, or 0 */
	uint8_t interrupted;	    /* SIGINT or SIGTERM: its number; else 0 */
	uint8_t hung;		    /* a task made no progress, or does not die */
	int32_t immortal;	    /* a process that SIGKILL does not end, or 0 */
	uint8_t planted;	    /* a self-test's corruption was planted, ... */
	uint64_t planted_iteration; /* ... in this iteration of its task, ... */
	uint64_t planted_ns;	    /* ... so long after the run's start */
	uint8_t memory_refused;	    /* the kernel had no memory for us meanwhile */
	uint8_t kernel_log_readable;
	uint8_t kernel_warned;
	uint32_t hung_task;
	char where[1024];      /* hung: state, system call, kernel stack */
	char kernel_log[2048]; /* lines that belong to the run */
};

#endif
