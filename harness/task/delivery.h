/* SPDX-License-Identifier: GPL-2.0-only */
/* A signal frame as the handler sees it, whatever its ABI. */
#ifndef XS_DELIVERY_H
#define XS_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#define XS_FSAVE_BYTES 112u /* struct _fpstate_32, in front of a 32-bit frame's XSAVE area */
#define XS_FSAVE_MAGIC_AT 110u /* in it: 0 says that FXSAVE's form follows */

struct xs_delivery {
	int signo, code;  /* si_code; 0 where the frame has no siginfo */
	int code_due;	  /* what it has to be; 0: nobody says */
	bool compat;	  /* a 32-bit frame: .ip and .pointer are 32 bits wide */
	void *ip;	  /* in the frame: the interrupted instruction's address */
	void *pointer;	  /* in the frame: where fpstate is */
	void *flags;	  /* in the frame: uc_flags; NULL where it has no ucontext */
	uint8_t *fpstate; /* the XSAVE or FXSAVE area */
	uint64_t room;	  /* bytes that can be read there */
	uint8_t *fsave;	  /* compat: the header of FSAVE's form in front of it; else NULL */
	/* The 64-bit handler's arguments; NULL in a 32-bit one. */
	const void *info, *context;
	uint64_t ssp; /* SSP as it begins; 0: no shadow stack, or nobody says */
};

static inline uint64_t xs_delivery_ip(const struct xs_delivery *d)
{
	return d->compat ? *(const uint32_t *)d->ip : *(const uint64_t *)d->ip;
}

static inline void xs_delivery_step_over(const struct xs_delivery *d, uint32_t bytes)
{
	if (d->compat)
		*(uint32_t *)d->ip += bytes;
	else
		*(uint64_t *)d->ip += bytes;
}

/** xs_delivery_point() - have sigreturn look for fpstate at @at, behind FSAVE's header if compat */
static inline void xs_delivery_point(const struct xs_delivery *d, uint64_t at)
{
	if (d->compat)
		*(uint32_t *)d->pointer = at ? (uint32_t)at - XS_FSAVE_BYTES : 0;
	else
		*(uint64_t *)d->pointer = at;
}

#endif
