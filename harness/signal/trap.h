/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions of the window that raise a signal by themselves. */
#ifndef XS_SIGNAL_TRAP_H
#define XS_SIGNAL_TRAP_H

#include "signal/signal.h"

/* Of a source's struct. */
#define XS_TRAPS(name)                                                                             \
	.trap = xs_trap_##name, .trap_at = xs_trap_##name##_at, .trap_end = xs_trap_##name##_end

/*
 * Defines xs_trap_NAME(), xs_trap_NAME_at and xs_trap_NAME_end.
 * @code: assembly that ends with the instruction; the return is added. It has the
 *	label xs_trap_NAME_at where the frame's IP is to be: at the instruction,
 *	which is then stepped over, or behind it
 *
 * It must change no vector and no x87 register, and no register that a call keeps.
 */
#define XS_TRAP(name, code)                                                                        \
	void xs_trap_##name(void);                                                                 \
	extern const char xs_trap_##name##_at[], xs_trap_##name##_end[];                           \
	__asm__(XS_TRAP_SECTION ".type xs_trap_" #name ", @function\n"                             \
				"xs_trap_" #name ":\n" code "xs_trap_" #name "_end:\n"             \
				"ret\n"                                                            \
				".size xs_trap_" #name ", . - xs_trap_" #name "\n"                 \
				".popsection\n")

#endif
