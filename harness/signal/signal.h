/* SPDX-License-Identifier: GPL-2.0-only */
/* The signal-source axis: who sends a worker its signals, and how. */
#ifndef XS_SIGNAL_H
#define XS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "task/level.h"

/*
 * A source is either self-made (the worker's window makes the system call
 * xs_window.hold_syscall, or traps), armed (by the worker, just before it
 * loads), or remote (a sender thread). Hooks may be NULL.
 */
struct xs_signal_source {
	const char *name;
	const char *summary;
	bool remote; /* the plan gives each worker a sender, which calls send() */
	int signo;   /* what it raises; 0: XS_SIGNO */
	/*
	 * A trap, which the window raises by xs_window.trap: the IP of its frame, by
	 * which it is told from the same signal of anything else, and the IP that the
	 * handler makes of it. NULL: not a trap.
	 */
	const char *trap_at, *trap_end;
	bool aborts;  /* its signals have to abort a restartable sequence: not from the same PU */
	bool x86_64;  /* not in a 32-bit window: a trap, or a sequence */
	bool repeats; /* several signals in one window, queued: the last one is what is proved */
	uint8_t own_bytes; /* of t->own: zeros at first, and then what the run before has left */
	/* Why not here: 0, or -errno with @why set (XS_WHY_BYTES). */
	int (*supported)(char *why);
	/* Worker context, once a run: 0 or -errno. */
	int (*open)(struct xs_task *t);
	void (*close)(struct xs_task *t);
	/* Worker context, before every window; raw system calls only. */
	void (*arm)(struct xs_task *t);
	/* Sender context: signal the worker once. */
	void (*send)(struct xs_sender *s);
};

enum {
#define XS_SIGNAL(id, ...) XS_SIGNAL_##id,
#include "signal/signal.def"
#undef XS_SIGNAL
	XS_SIGNALS
};

extern const struct xs_signal_source *const xs_signals[XS_SIGNALS];

/** xs_signal_find() - row of a source by its name, or -1 */
int xs_signal_find(const char *name);

/** xs_signal_tgkill() - send XS_SIGNO to the worker. Context: @s. */
void xs_signal_tgkill(struct xs_sender *s);

#endif
