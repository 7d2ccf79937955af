// SPDX-License-Identifier: GPL-2.0-only
/* divide: an integer division by zero. */
#include <signal.h>

#include "signal/trap.h"

XS_TRAP(divide, "	xorl	%eax, %eax\n"
		"	xorl	%edx, %edx\n"
		"	xorl	%ecx, %ecx\n"
		"xs_trap_divide_at:\n"
		"	divl	%ecx\n");

const struct xs_signal_source xs_signal_divide = {
	.entry = {
		.name = "divide",
		.summary = "SIGFPE of a division by zero in the window",
		.flags = XS_X86_64,
	},
	.signo = SIGFPE,
	XS_TRAPS(divide),
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGFPE
#define source_trap "xorl %%eax, %%eax; xorl %%edx, %%edx; xorl %%ecx, %%ecx; trap_at: divl %%ecx"
#define TRAP_BYTES 2
#include "signal/parts/trap.c"
#endif
