/* SPDX-License-Identifier: GPL-2.0-only */
/* A child whose registers its parent reads and writes by ptrace(). */
#ifndef XS_TRACED_H
#define XS_TRACED_H

#include "pressure/tracer.h"

/*
 * What tracer and tracee share. Even generations are written by NT_X86_XSTATE,
 * odd ones by NT_PRFPREG, which reaches x87, MXCSR and XMM alone.
 */
struct xs_traced {
	struct xs_tracer tracer;
	struct xs_level given; /* what the tracer may write: .image; t->level is the tracee's */
	_Alignas(64) uint8_t due[XS_IMAGE_MAX];	     /* what the tracee then has to find */
	_Alignas(64) uint8_t read[XS_IMAGE_MAX];     /* NT_X86_XSTATE, or NT_PRFPREG */
	_Alignas(64) uint8_t compared[XS_IMAGE_MAX]; /* ... as an image */
};

/** xs_traced_main() - hold and prove registers until the end. Context: the tracee. */
void xs_traced_main(struct xs_task *t);

/**
 * xs_traced_serve() - read, prove and write the registers of the stopped tracee
 *
 * If it is in a window in which that was not done yet. Return: 0 or -errno (reported).
 */
int xs_traced_serve(struct xs_task *t, struct xs_tracer *tracer);

/**
 * xs_traced_out() - of the components @out those that a write of @all may leave out
 *
 * Not SSE, where neither x87 nor AVX is left: Linux takes no MXCSR from such a write, and without
 * XSAVES the old one stays.
 */
static inline uint64_t xs_traced_out(uint64_t all, uint64_t out)
{
	return all & ~out & 7 ? out : out & ~2ull;
}

/**
 * xs_traced_leave_out() - values for what is not in XSTATE_BV
 * @out: components
 * @all: all that lies in them is init state; else, in what is to be written, MXCSR alone
 *
 * As XRSTOR leaves a component out; where MXCSR then comes from is the implementation's.
 */
void xs_traced_leave_out(uint8_t *image, uint32_t registers, const struct xs_cpu *cpu, uint64_t out,
			 bool all);

/**
 * xs_traced_refused() - @request has failed by @rc, which it returns
 *
 * Reported, but for -ESRCH: the tracee was killed meanwhile, and its death will say more.
 */
int xs_traced_refused(struct xs_task *t, long rc, const char *request);

#endif
