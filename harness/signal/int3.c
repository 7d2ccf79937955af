// SPDX-License-Identifier: GPL-2.0-only
/* int3: a breakpoint, a trap in the strict sense: its frame's IP is behind it. */
#include <signal.h>

#include "signal/trap.h"

XS_TRAP(int3, "	int3\n"
	      "xs_trap_int3_at:\n");

const struct xs_signal_source xs_signal_int3 = {
	.entry = {
		.name = "int3",
		.summary = "SIGTRAP of a breakpoint in the window",
		.flags = XS_X86_64,
	},
	.signo = SIGTRAP,
	XS_TRAPS(int3),
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGTRAP
#define source_trap "int3; trap_at:"
#define TRAP_BYTES 0
#include "signal/parts/trap.c"
#endif
