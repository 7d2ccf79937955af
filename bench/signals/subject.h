/* SPDX-License-Identifier: GPL-2.0-only */
/* A process in which signals are taken and timed. */
#ifndef XS_SUBJECT_H
#define XS_SUBJECT_H

#include "lab.h"
#include "timing.h"

enum xs_sender {
	XS_SENDER_SELF,	 /* the thread itself, by tgkill() */
	XS_SENDER_SAME,	 /* another thread, on the same CPU */
	XS_SENDER_OTHER, /* another thread, on another CPU */
	XS_SENDERS
};

/*
 * What is measured, and what came of it; in memory that children share.
 *
 * A thread on .on_cpu has the registers of .class in use. Before each signal .stack is armed,
 * unless the mitigation's lock refuses that; all registers are proved when the last one is over.
 * The clock runs
 *
 *   self:  from before tgkill() until it has returned: sending, frame, handler, and sigreturn;
 *   peers: from before the peer's tgkill() to the handler's first instructions. The thread
 *	    waits for it: at SAME in futex(), so that the peer gets the CPU, at OTHER spinning,
 *	    so that it need not be woken.
 *
 * What a mitigation does before each signal the sender does, and the clock runs. Page faults
 * are counted in other signals than are timed, one in 16: those of the thread, from the sending
 * to its return.
 */
struct xs_subject {
	const struct xs_cpu *cpu;
	uint8_t stack;	    /* row of xs_stacks */
	uint8_t class;	    /* row of xs_states */
	uint8_t mitigation; /* row of xs_mitigations */
	uint8_t sender;	    /* enum xs_sender */
	bool plain;	    /* frames go to the thread's own stack, which the method has mapped */
	uint32_t on_cpu, peer_cpu;
	uint32_t signals; /* to time; fewer on a machine too busy for them */

	struct xs_timing timing;  /* of the signals; every run adds to it */
	uint64_t faults, counted; /* page faults, in so many signals; likewise */
	uint64_t run_ns;	  /* how long the last run took */
	double ticks_per_ns;	  /* in the first one */
};

/** xs_subject_run() - take the signals, in a child: 0, or -ECANCELED with the benchmark ended */
int xs_subject_run(struct xs_measure *m, struct xs_subject *s);

/** xs_subject_report() - the counters p1 ... p99.99, max, and faults */
void xs_subject_report(struct xs_measure *m, const struct xs_subject *s);

#endif
