// SPDX-License-Identifier: GPL-2.0-only
/* yield: sched_yield() in a loop. */
#include "task/window.h"

#define NR32_SCHED_YIELD 158 /* arch/x86/entry/syscalls/syscall_32.tbl */

void xs_hold_yield_step(void);
__asm__(XS_TRAP_SECTION ".type xs_hold_yield_step, @function\n"
			"xs_hold_yield_step:\n"
			"	movl	$24, %eax\n" /* SYS_sched_yield */
			"	syscall\n"
			"	ret\n"
			".size xs_hold_yield_step, . - xs_hold_yield_step\n"
			".popsection\n");

const struct xs_hold xs_hold_yield = {
	.entry = {
		.name = "yield",
		.summary = "sched_yield() in a loop",
		.flags = XS_HOLD_YIELDS,
	},
	.step = xs_hold_yield_step,
	.compat_step = NR32_SCHED_YIELD,
};

#ifdef XS_EXPORT /* how "export" writes it: a word of the task, XS_HOLD_YIELDS */
#endif
