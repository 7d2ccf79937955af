// SPDX-License-Identifier: GPL-2.0-only
/* segv: a read of the page at 0, which nobody maps. */
#include <signal.h>

#include "signal/trap.h"

XS_TRAP(segv, "	xorl	%eax, %eax\n"
	      "xs_trap_segv_at:\n"
	      "	movl	(%rax), %eax\n");

const struct xs_signal_source xs_signal_segv = {
	.entry = {
		.name = "segv",
		.summary = "SIGSEGV of a read of unmapped memory in the window",
		.flags = XS_X86_64,
	},
	.signo = SIGSEGV,
	XS_TRAPS(segv),
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGSEGV
#define source_trap "xorl %%eax, %%eax; trap_at: movl (%%rax), %%eax"
#define TRAP_BYTES 2
#include "signal/parts/trap.c"
#endif
