// SPDX-License-Identifier: GPL-2.0-only
/* ia32: a 32-bit handler without siginfo. */
#include "abi/abi.h"
#include "task/probe.h"

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR32_SIGRETURN 119

const struct xs_abi xs_abi_ia32 = {
	.entry = {
		.name = "ia32",
		.summary = "32-bit frames, left by sigreturn()",
		.flags = XS_ABI_COMPAT,
		.supported = xs_probe_ia32,
	},
	.sigreturn = NR32_SIGRETURN,
	.skip = 8, /* the C library's stub pops pretcode and sig */
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "its windows and handlers are 32-bit machine code"
#endif
