// SPDX-License-Identifier: GPL-2.0-only
/* yield: sched_yield() in a loop. */
#include "task/hold.h"

#define NR32_SCHED_YIELD 158 /* arch/x86/entry/syscalls/syscall_32.tbl */

XS_HOLD_STEP(yield, "	movl	$24, %eax\n" /* SYS_sched_yield */
		    "	syscall\n");

const struct xs_hold xs_hold_yield = {
	.entry = {
		.name = "yield",
		.summary = "sched_yield() in a loop",
		.flags = XS_HOLD_STEPS | XS_HOLD_YIELDS,
	},
	XS_STEPS(yield),
	.compat_step = NR32_SCHED_YIELD,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define hold_yield "movl $24, %%eax; syscall"
#endif
