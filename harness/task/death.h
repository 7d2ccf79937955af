/* SPDX-License-Identifier: GPL-2.0-only */
/* Who killed whom: what a child that dies of a fault's signal says of it before. */
#ifndef XS_DEATH_H
#define XS_DEATH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "axis/axis.h"

#define XS_SEGV_CPERR 10 /* SEGV_CPERR of uapi/asm-generic/siginfo.h, since 6.6 */

enum xs_death_state {
	XS_DEATH_UNARMED, /* no handler is there yet: whatever it dies of says nothing */
	XS_DEATH_ARMED,	  /* one is: who dies without having run it could be given no frame */
	XS_DEATH_SEEN,
};

/* Where a fault was. */
enum xs_death_place {
	XS_DEATH_HARNESS, /* in compiler-made code: ours to answer for */
	XS_DEATH_LIVE,	  /* in the window, whose registers the kernel restores; or astray */
};

/* In memory shared with the parent; written by the child, once. */
struct xs_death {
	volatile uint32_t state; /* enum xs_death_state */
	int32_t signo, code;	 /* si_code */
	int32_t sender;		 /* code <= 0: the process that sent it, 0 if that is not known */
	uint8_t place;		 /* enum xs_death_place */
	uint8_t starved;	 /* there was no memory for the frame */
	uint8_t trap;		 /* the exception's number, where it was one */
	uint64_t ip, address;
};

/** xs_death_watch() - have the signals of faults tell @d before they kill. Context: a child. */
void xs_death_watch(struct xs_death *d);

/** xs_death_unwatch() - leave it to a tracer to tell what kills the calling process */
void xs_death_unwatch(void);

/** xs_death_again() - give a signal that a run had taken for itself back to the watch */
void xs_death_again(int signo);

/**
 * xs_death_frames() - where the frames of the calling thread go
 *
 * Where a death is that of a frame which could not be written, the same pages
 * are written by another system call, which tells a lack of memory. 0 bytes:
 * nowhere.
 */
void xs_death_frames(uint8_t *at, size_t bytes);

/**
 * xs_death_note() - note what is about to kill the calling process
 * @info, @context: the handler's, both NULL in a handler of 32-bit frames
 *
 * The first one holds. Context: async-signal-safe.
 */
void xs_death_note(int signo, const siginfo_t *info, const void *context);

/** xs_death_die() - die of @signo, which is noted: no handler any more. Context: any task. */
void xs_death_die(int signo);

/** xs_death_of_child() - a child of the calling process died of @signo, and could not say more */
void xs_death_of_child(int signo);

/**
 * xs_death_is_fault() - whether a death of this signal accuses the kernel
 *
 * It does if the kernel raises the signal for what a task did or held. All
 * other signals come from outside: the OOM killer, a limit, a seccomp filter,
 * a person, or the C library, which gives up by SIGABRT.
 */
bool xs_death_is_fault(int signo);

/**
 * xs_death_accuses() - whether a death of @signo is the kernel's own doing
 * @refused: memory was refused to us meanwhile
 * @why: set to who else has done it
 *
 * It is if the kernel raised the signal because it could not write or believe
 * a frame, or because the registers in a window were not what they were; not
 * if a process sent it, if a frame found no memory, or if compiler-made code
 * faulted by itself. Return: 0, or -errno, for which the harness answers. Pure.
 */
int xs_death_accuses(const struct xs_death *d, int signo, bool refused, char why[XS_WHY_BYTES]);

#endif
