/* SPDX-License-Identifier: GPL-2.0-only */
/* The shadow stack under a window: what a delivery leaves there, and what sigreturn makes of it. */
#ifndef XS_SHADOW_H
#define XS_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

#include "task/delivery.h"
#include "task/level.h"

/* What lies on a shadow stack from .ssp up to .ssp_before, where a window has lowered SSP. */
extern const char xs_window_lowered[];

#define XS_SHADOW_DATA (1ull << 63) /* of what is no return address: arch/x86/kernel/shstk.c */

/** xs_ssp() - the shadow stack pointer, or 0: the thread has no shadow stack */
static inline uint64_t xs_ssp(void)
{
	uint64_t ssp = 0;

	/* RDSSPQ, a NOP where there is none: SDM vol. 2. */
	__asm__ volatile("rdsspq %0" : "+r"(ssp));
	return ssp;
}

/**
 * xs_shadow_run() - call fn(arg) on a shadow stack, its own unless the thread has one already
 *
 * Return: 0, or -errno where there is none to be had; then it was not called.
 */
long xs_shadow_run(void (*fn)(void *), void *arg);

/** xs_shadow_supported() - .supported() of an entry that needs one */
int xs_shadow_supported(char *why);

/**
 * xs_shadow_entry() - SSP and token as a handler finds them: fields of @l->layout
 *
 * Context: the handler of a frame @d in @l's window.
 */
void xs_shadow_entry(struct xs_level *l, const struct xs_delivery *d);

/**
 * xs_shadow_return() - what the window has left: fields of @l->layout
 * @returned: by sigreturn, and not by a jump
 */
void xs_shadow_return(struct xs_level *l, bool returned);

/** xs_shadow_words() - how many of the words from @ssp on are not xs_window_lowered any more */
uint64_t xs_shadow_words(uint64_t ssp);

/** xs_shadow_write() - as if the kernel had put @value at @at of a shadow stack: 0 or -errno */
long xs_shadow_write(uint64_t *at, uint64_t value);

#endif
