// SPDX-License-Identifier: GPL-2.0-only
/* ud2: an instruction that is none. */
#include <signal.h>

#include "signal/trap.h"

XS_TRAP(ud2, "xs_trap_ud2_at:\n"
	     "	ud2\n");

const struct xs_signal_source xs_signal_ud2 = {
	.entry = {
		.name = "ud2",
		.summary = "SIGILL of an undefined instruction in the window",
		.flags = XS_X86_64,
	},
	.signo = SIGILL,
	XS_TRAPS(ud2),
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGILL
#define source_trap "trap_at: ud2"
#define TRAP_BYTES 2
#include "signal/parts/trap.c"
#endif
