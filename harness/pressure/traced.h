/* SPDX-License-Identifier: GPL-2.0-only */
/* A child whose registers its parent reads and writes by ptrace(). */
#ifndef XS_TRACED_H
#define XS_TRACED_H

#include <sys/types.h>

#include "task/level.h"

/*
 * What tracer and tracee share. Even generations are written by NT_X86_XSTATE,
 * odd ones by NT_PRFPREG, which reaches x87, MXCSR and XMM alone.
 */
struct xs_traced {
	uint32_t served;       /* sequence of the last window that was */
	int stopped;	       /* the tracee is, by this signal of somebody; or 0 */
	pid_t pid;	       /* the tracee; 0: it is gone */
	struct xs_level given; /* what the tracer may write: .image; t->level is the tracee's */
	_Alignas(64) uint8_t due[XS_IMAGE_MAX];	     /* what the tracee then has to find */
	_Alignas(64) uint8_t read[XS_IMAGE_MAX];     /* NT_X86_XSTATE, or NT_PRFPREG */
	_Alignas(64) uint8_t compared[XS_IMAGE_MAX]; /* ... as an image */
};

/** xs_traced_call() - ptrace(), as the system call: its result, or -errno */
long xs_traced_call(long request, pid_t pid, long a, const void *b);

/** xs_traced_main() - hold and prove registers until the end. Context: the tracee. */
void xs_traced_main(struct xs_task *t, struct xs_traced *tr);

/**
 * xs_traced_serve() - read, prove and write the registers of the stopped tracee
 *
 * If it is in a window in which that was not done yet. Return: 0 or -errno (reported).
 */
int xs_traced_serve(struct xs_task *t, struct xs_traced *tr);

#endif
