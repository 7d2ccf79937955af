/* SPDX-License-Identifier: GPL-2.0-only */
/* The window: load, hold, check, in assembly from end to end. */
#ifndef XS_WINDOW_H
#define XS_WINDOW_H

/* Fields of struct xs_window and their offsets, for assembly; level.c proves them. */
#define XS_WINDOW(W)                                                                               \
	W(LOAD_IMAGE, 0, load_image)                                                               \
	W(CHECK_IMAGE, 8, check_image)                                                             \
	W(OFFSETS, 16, offsets)                                                                    \
	W(SCRATCH, 24, scratch)                                                                    \
	W(DUMP, 32, dump)                                                                          \
	W(DUMP_MASK, 40, dump_mask)                                                                \
	W(RELEASE, 48, release)                                                                    \
	W(INSIDE, 56, inside)                                                                      \
	W(SEQUENCE, 64, sequence)                                                                  \
	W(COMPAT_STEP, 68, compat_step)                                                            \
	W(HOLD_TICKS, 72, hold_ticks)                                                              \
	W(SYSCALL, 80, hold_syscall)                                                               \
	W(ARGS, 88, args)                                                                          \
	W(TRAP, 136, trap)                                                                         \
	W(INIT_MASK, 144, init_mask)                                                               \
	W(STACK, 152, stack)                                                                       \
	W(BAD_REGISTER, 160, bad_register)                                                         \
	W(RESULT, 164, result)                                                                     \
	W(COMPAT, 168, compat)                                                                     \
	W(LOW_STACK, 176, low_stack)                                                               \
	W(FS_BASE, 184, fs_base)                                                                   \
	W(BACK, 192, back)                                                                         \
	W(DEADLINE, 200, deadline)                                                                 \
	W(SIGSET, 208, sigset)                                                                     \
	W(COMPAT_CALL, 216, compat_call)                                                           \
	W(RED_ZONE, 220, red_zone)                                                                 \
	W(RETURN, 224, compat_return)                                                              \
	W(STEP, 232, step)                                                                         \
	W(OWN, 240, own)                                                                           \
	W(FAULTS, 248, faults)                                                                     \
	W(LOAD, 256, load)                                                                         \
	W(CHECK, 360, check)                                                                       \
	W(SHADOW, 464, shadow)                                                                     \
	W(SSP_BEFORE, 472, ssp_before)                                                             \
	W(SSP, 480, ssp)                                                                           \
	W(SSP_LEFT, 488, ssp_left)
#define XS_W_SET(name, offset, member) ".set XS_W_" #name ", " #offset "\n"
#define XS_W_CLASSES	  12 /* entries of load[] and check[], without the NULL */

/*
 * What a 64-bit window watches below its stack pointer: the red zone that a
 * signal frame has to leave alone. That of an instruction that it calls has a
 * word more, which is left out: with .trap, too, a signal may come to the loop.
 */
#define XS_RED_ZONE_WORDS   16
#define XS_RED_ZONE_NUMBERS 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define XS_RED_ZONE_PATTERN 0x5af35af35af35af3

/* The section of the instructions that raise a signal by themselves: its code is in the window. */
#define XS_TRAP_SECTION ".pushsection xs_trap, \"ax\", @progbits\n"

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

#include "state/state.h"

struct xs_window {
	const void *load_image;	    /* what to load; the same as check_image, but in a self-test */
	const void *check_image;    /* what must be there afterwards */
	const uint32_t *offsets;    /* struct xs_cpu's */
	void *scratch;		    /* XS_SCRATCH_BYTES, 64-byte aligned */
	void *dump;		    /* image_bytes, 64-byte aligned: written on a mismatch */
	uint64_t dump_mask;	    /* components to dump, or 0: FXSAVE */
	volatile uint32_t *release; /* the hold ends when this is not 0 ... */
	volatile uint32_t *inside;  /* set to .sequence during the hold, else 0 */
	uint32_t sequence;
	int32_t compat_step;  /* each turn of a 32-bit hold: struct xs_hold's */
	uint64_t hold_ticks;  /* ... or after so many TSC ticks */
	int64_t hold_syscall; /* made once at the hold's start; -1: none */
	uint64_t args[6];
	void (*trap)(void); /* called first in the hold, or NULL; lies in section xs_trap */
	uint64_t init_mask; /* components that XRSTOR loads first, for those in init state; or 0 */
	uint64_t stack;	    /* the stack pointer inside, for xs_window_leave() */
	uint32_t bad_register; /* on a mismatch: what the check said, less 1 */
	int32_t result; /* of hold_syscall in a 64-bit hold; set when it has returned */
	/* A hold in 32-bit code; all pointers are below 4 GiB then (worker/compat.h). */
	uint64_t compat;	  /* a far pointer to it, or 0: a 64-bit hold */
	uint64_t low_stack;	  /* top of a stack for it, if the caller's is not below 4 GiB */
	uint64_t fs_base;	  /* a 32-bit sigreturn loses it */
	uint64_t back;		  /* where it goes on, in 64-bit code: the window sets it, */
	uint64_t deadline;	  /* and this, in TSC ticks */
	uint64_t sigset;	  /* signals that are let in during the hold only */
	int32_t compat_call;	  /* hold_syscall's number in the 32-bit table, or -1 */
	uint32_t red_zone; /* set: which of XS_RED_ZONE_WORDS below .stack have changed, bit 0: the first */
	uint64_t compat_return;	  /* a far pointer to the 64-bit code behind it */
	void (*step)(void);	  /* each turn of a 64-bit hold: struct xs_hold's, */
	uint64_t own;		  /* and what its open() has made */
	uint64_t faults; /* twice the page faults that the hold itself has had; odd: in one */
	xs_load_fn *load[XS_W_CLASSES + 1];   /* NULL-terminated, in order */
	xs_check_fn *check[XS_W_CLASSES + 1]; /* NULL-terminated, in order */
	uint64_t shadow; /* on a shadow stack: down to where SSP is lowered for the hold; or 0 */
	uint64_t ssp_before, ssp, ssp_left; /* set: SSP at the begin, in the hold, at its end */
};

/**
 * xs_window_run() - one window: 0, or 1 on a mismatch
 *
 * Loads every class, holds, and proves every class in place. On the first
 * mismatch everything is dumped before anything else touches a register.
 * Leaves the loaded values in the registers. Context: a task, or a handler.
 */
int xs_window_run(struct xs_window *w);

/* The hold is the code between these two labels, and that of the section xs_trap. */
extern const char xs_window_begin[], xs_window_end[];
extern const char __start_xs_trap[], __stop_xs_trap[];

static inline bool xs_window_has(uint64_t ip)
{
	return (ip >= (uintptr_t)xs_window_begin && ip < (uintptr_t)xs_window_end) ||
	       (ip >= (uintptr_t)__start_xs_trap && ip < (uintptr_t)__stop_xs_trap);
}

/*
 * A struct rseq_cs (uapi/linux/rseq.h): the hold's loop, without its system
 * call, which a restartable sequence must not make. The kernel sends a thread
 * that it interrupts there to xs_window_restart, which is in the hold too.
 */
extern const char xs_window_sequence[], xs_window_restart[];

/**
 * xs_window_leave() - end the hold from a signal handler, without sigreturn
 *
 * Goes on in the task's xs_window_run() with the check, in the registers as
 * they are now. Context: a handler whose signal interrupted the window of @w.
 */
void xs_window_leave(struct xs_window *w) __attribute__((noreturn));

/**
 * xs_dump() - every component into @area, in XSAVE's standard format
 * @mask: components, or 0 for an FXSAVE image
 *
 * Reads registers only. Source: SDM vol. 1, 13.7 (XSAVE), 10.5.3 (FXSAVE).
 */
void xs_dump(void *area, uint64_t mask);

/** xs_registers_default() - x87 and MXCSR as the ABI wants them at a call */
void xs_registers_default(void);

#endif
#endif
