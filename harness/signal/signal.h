/* SPDX-License-Identifier: GPL-2.0-only */
/* The signal-source axis: who sends a worker its signals, and how. */
#ifndef XS_SIGNAL_H
#define XS_SIGNAL_H

#include "axis/axis.h"
#include "task/level.h"

/*
 * A source is either self-made (the worker's window makes the system call
 * xs_window.hold_syscall, or traps), armed (by the worker, just before it
 * loads), or remote (a sender thread). Hooks may be NULL.
 */
struct xs_signal_source {
	struct xs_entry entry;
	int signo; /* what it raises; 0: XS_SIGNO */
	int code;  /* of a trap: the si_code that it has to have; 0: any of the kernel's */
	/*
	 * A trap, which the window raises by xs_window.trap: the IP of its frame, by
	 * which it is told from the same signal of anything else, and the IP that the
	 * handler makes of it. NULL: not a trap.
	 */
	const char *trap_at, *trap_end;
	void (*trap)(void); /* of every window: xs_window.trap */
	uint8_t own_bytes;  /* of t->own: zeros at first, and then what the run before has left */
	/* The workers' process, once a run, while it has one thread: 0 or -errno. */
	int (*enrol)(void);
	/* Worker context, once a run: 0 or -errno. */
	int (*open)(struct xs_task *t);
	void (*close)(struct xs_task *t);
	/* Worker context, before every window; raw system calls only. */
	void (*arm)(struct xs_task *t);
	/* Sender context: signal the worker once. */
	void (*send)(struct xs_sender *s);
};

static inline const struct xs_signal_source *xs_signal(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_SIGNAL, row);
}

/** xs_signal_tgkill() - send XS_SIGNO to the worker. Context: @s. */
void xs_signal_tgkill(struct xs_sender *s);

#endif
