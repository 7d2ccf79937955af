/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run made the kernel do, as small counters that a fuzzer can steer by. */
#ifndef XS_BEHAVIOUR_H
#define XS_BEHAVIOUR_H

#include <stdint.h>

#include "task/obs.h"

/* A worker's thread, at one moment of a signal's way. */
struct xs_moment {
	uint64_t faults, switches; /* without the faults of its hold; a turn of that, under way, */
	uint64_t faults_most;	   /* may have had its own, or not: then it is one more */
	uint64_t neighbour;	   /* windows of the vector task on the worker's CPU */
	int32_t cpu;
};

/* Before the window, at handler entry, before the handler's end, after the check. */
enum { XS_AT_START, XS_AT_ENTRY, XS_AT_EXIT, XS_AT_END, XS_MOMENTS };

struct xs_worker;
struct xs_delivery;

/**
 * xs_witness_leave(), xs_witness_look() - whether the frame's page was gone, faults uncounted
 *
 * A word above the frame, in its last page, is set before the page is dropped: whoever writes the
 * frame finds a new page, of zeros. Nothing is done where page faults are counted, nor with
 * methods that keep what the pages hold, or leave that page alone.
 *
 * Context: @w's thread before arm(); its handler, before anything looks at what lies above.
 */
void xs_witness_leave(struct xs_worker *w);
void xs_witness_look(struct xs_worker *w);

/**
 * xs_worker_faults() - the page faults of @w's thread so far, but for those of its hold
 * @most: what they are if the fault of a turn that is under way is still to come
 */
uint64_t xs_worker_faults(struct xs_worker *w, uint64_t *most);

/** xs_moment_take() - note where @w's thread is now. Context: @w's thread, handler too. */
void xs_moment_take(struct xs_worker *w, unsigned int which);

/** xs_behaviour_signal() - count what one delivery shows. Context: @w's handler, depth 0. */
void xs_behaviour_signal(struct xs_worker *w, const struct xs_delivery *d);

/** xs_behaviour_window() - count what one window was. Context: @w's thread. */
void xs_behaviour_window(struct xs_worker *w);

/* The kernel's own coverage of one thread: Documentation/dev-tools/kcov.rst. All zeros: none. */
struct xs_kcov {
	int fd;
	uint64_t *trace;
};

/**
 * xs_kcov_start() - cover the calling thread from here on
 *
 * Opens what is not open. Return: 0, or -errno where the kernel has no KCOV
 * or does not let us.
 */
int xs_kcov_start(struct xs_kcov *k);

/** xs_kcov_stop() - end the coverage, and count its edges */
void xs_kcov_stop(struct xs_kcov *k, struct xs_behaviour *b);

#endif
