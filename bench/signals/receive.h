/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that takes signals, and its peer. */
#ifndef XS_RECEIVE_H
#define XS_RECEIVE_H

#include "signals/subject.h"
#include "stack/mitigation.h"
#include "stack/stack.h"
#include "state/image.h"

/* What the threads of a subject share. */
struct xs_receiver {
	struct xs_subject *ask;
	const struct xs_stack_fault *fault;
	const struct xs_mitigation *mitigation;
	struct xs_stack stack;
	long pid, tid;
	uintptr_t sp;	       /* the receiver's stack pointer while a signal comes */
	uint8_t *image, *init; /* what its registers hold, and init state */
	void *scratch;	       /* for the check */

	_Alignas(64) volatile uint32_t turn; /* futex: number of the signal asked of the peer */
	_Alignas(64) volatile uint32_t came; /* futex: of the signal that has come */
	volatile uint64_t sent, entered;     /* when, by the TSC */

	_Alignas(64) volatile uint32_t over; /* futex */
	volatile int rc;		     /* of what has failed first, and */
	const char *volatile what;
};

/*
 * All of these run without vector registers, which hold what is measured, and make raw system
 * calls.
 */

/** xs_receiver_run() - take the signals, and be over. Context: a thread of the child. */
void *xs_receiver_run(void *receiver);

/** xs_receiver_send() - send one whenever the receiver asks. Context: another thread. */
void *xs_receiver_send(void *receiver);

/** xs_receiver_wait() - until it is over */
void xs_receiver_wait(struct xs_receiver *r);

/** xs_receiver_end() - be over, because of an error unless @rc is 0 or more */
void xs_receiver_end(struct xs_receiver *r, long rc, const char *what);

#endif
