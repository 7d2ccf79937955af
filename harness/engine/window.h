/* SPDX-License-Identifier: GPL-2.0-only */
/* The window: load, hold, check, in assembly from end to end. */
#ifndef XS_WINDOW_H
#define XS_WINDOW_H

/* Offsets in struct xs_window, for window.S; window.c proves them. */
#define XS_W_LOAD_IMAGE	  0
#define XS_W_CHECK_IMAGE  8
#define XS_W_OFFSETS	  16
#define XS_W_SCRATCH	  24
#define XS_W_DUMP	  32
#define XS_W_DUMP_MASK	  40
#define XS_W_RELEASE	  48
#define XS_W_INSIDE	  56
#define XS_W_SEQUENCE	  64
#define XS_W_HOLD	  68
#define XS_W_HOLD_TICKS	  72
#define XS_W_SYSCALL	  80
#define XS_W_ARGS	  88
#define XS_W_BAD_REGISTER 112
#define XS_W_LOAD	  120
#define XS_W_CHECK	  192
#define XS_W_CLASSES	  8 /* entries of load[] and check[], without the NULL */

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "state/state.h"

struct xs_window {
	const void *load_image;	    /* what to load; the same as check_image, but in a self-test */
	const void *check_image;    /* what must be there afterwards */
	const uint32_t *offsets;    /* struct xs_cpu's */
	void *scratch;		    /* 512 bytes, 64-byte aligned */
	void *dump;		    /* image_bytes, 64-byte aligned: written on a mismatch */
	uint64_t dump_mask;	    /* components to dump, or 0: FXSAVE */
	volatile uint32_t *release; /* the hold ends when this is not 0 ... */
	volatile uint32_t *inside;  /* set to .sequence during the hold, else 0 */
	uint32_t sequence;
	uint32_t hold;	      /* enum xs_hold */
	uint64_t hold_ticks;  /* ... or after so many TSC ticks */
	int64_t hold_syscall; /* made once at the hold's start; -1: none */
	uint64_t args[3];
	uint32_t bad_register; /* on a mismatch: what the check said, less 1 */
	uint32_t unused;
	xs_load_fn *load[XS_W_CLASSES + 1];   /* NULL-terminated, in order */
	xs_check_fn *check[XS_W_CLASSES + 1]; /* NULL-terminated, in order */
};

/**
 * xs_window_run() - one window
 *
 * Loads every class, holds, and proves every class in place. On the first
 * mismatch everything is dumped before anything else touches a register.
 * Leaves the loaded values in the registers. Context: a task, or a handler.
 * Return: 0, or 1 on a mismatch.
 */
int xs_window_run(struct xs_window *w);

/* The hold is the code between these two labels. */
extern const char xs_window_begin[], xs_window_end[];

/**
 * xs_dump() - every component into @area, in XSAVE's standard format
 * @mask: components, or 0 for an FXSAVE image
 *
 * Reads registers only. Source: SDM vol. 1, 13.7 (XSAVE), 10.5.3 (FXSAVE).
 */
void xs_dump(void *area, uint64_t mask);

/**
 * xs_registers_default() - x87 and MXCSR as the ABI wants them at a call
 */
void xs_registers_default(void);

#endif
#endif
