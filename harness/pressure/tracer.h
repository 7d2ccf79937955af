/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a tracer: a child that it seizes, stops, and lets go on. */
#ifndef XS_TRACER_H
#define XS_TRACER_H

#include <sys/types.h>

#include "task/level.h"

struct xs_tracer;

/* What a kind of tracer does. Hooks that return -ESRCH say that the tracee was killed. */
struct xs_tracing {
	/* Until xs_task_stopping(). Context: the tracee. */
	void (*main)(struct xs_task *t);
	/* It has stopped, as it was asked to, or by itself: 0 or -errno (reported). */
	int (*serve)(struct xs_task *t, struct xs_tracer *tr);
	/* It is about to get @signo: what to let it have, or -errno. NULL: xs_tracer_signal(). */
	int (*signal)(struct xs_task *t, struct xs_tracer *tr, int signo);
};

/* What tracer and tracee share: the beginning of t->own. */
struct xs_tracer {
	const struct xs_tracing *is;
	volatile uint32_t served;    /* sequence of the last window that was */
	volatile uint32_t seized;    /* it is traced from now on */
	volatile uint32_t by_itself; /* it will stop without being asked */
	int stopped;		     /* the tracee is, by this signal of somebody; or 0 */
	pid_t pid;		     /* the tracee; 0: it is gone */
};

/** xs_tracer_supported() - supported() of a kind that traces */
int xs_tracer_supported(char *why);

/** xs_tracer_begin() - fork the tracee, which is @is->main(): 0 or -errno (reported) */
int xs_tracer_begin(struct xs_task *t, const struct xs_tracing *is);

/** xs_tracer_step() - trace until the end, step() of such a kind: 0 or -errno (reported) */
int xs_tracer_step(struct xs_task *t);

/** xs_tracer_close() - see what has become of the tracee, and end it */
void xs_tracer_close(struct xs_task *t);

/** xs_tracer_call() - ptrace(), as the system call: its result, or -errno */
long xs_tracer_call(long request, pid_t pid, long a, void *b);

/**
 * xs_tracer_signal() - the tracee is about to get a signal
 *
 * Return: the number to let it have, or -errno (reported): somebody sent it one that accuses.
 */
int xs_tracer_signal(struct xs_task *t, pid_t pid, int signo);

#endif
