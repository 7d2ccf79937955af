// SPDX-License-Identifier: GPL-2.0-only
/* sleep: nanosleep() in a loop, now and then until the CPU has been idle for long. */
#include "task/hold.h"

#define NR32_POLL 168 /* arch/x86/entry/syscalls/syscall_32.tbl */

/*
 * One nap in eight, by the clock, is long enough for the deep states of an idle CPU. The signal
 * ends either: EINTR. In 32-bit code it is poll(NULL, 0, 1 ms): that takes no struct timespec.
 */
XS_HOLD_STEP(sleep, "	rdtsc\n"
		    "	leaq	2f(%rip), %rdi\n"
		    "	testl	$0x700, %eax\n"
		    "	jnz	1f\n"
		    "	leaq	3f(%rip), %rdi\n"
		    "1:	xorl	%esi, %esi\n"
		    "	movl	$35, %eax\n" /* SYS_nanosleep */
		    "	syscall\n"
		    "	ret\n"
		    "	.p2align 3\n"
		    "2:	.quad	0, 50000\n"
		    "3:	.quad	0, 4000000\n");

const struct xs_hold xs_hold_sleep = {
	.entry = {
		.name = "sleep",
		.summary = "short sleeps, in which the CPU may be idle",
		.flags = XS_HOLD_STEPS | XS_HOLD_YIELDS,
	},
	XS_STEPS(sleep),
	.compat_step = NR32_POLL,
};

#ifdef XS_EXPORT /* how "export" writes it: poll(NULL, 0, 1) */
#define hold_sleep "movl $7, %%eax; xorl %%edi, %%edi; xorl %%esi, %%esi; movl $1, %%edx; syscall"
#endif
