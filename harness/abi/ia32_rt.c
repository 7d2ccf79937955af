// SPDX-License-Identifier: GPL-2.0-only
/* ia32-rt: a 32-bit handler with siginfo. */
#include "abi/abi.h"
#include "task/probe.h"

#define NR32_RT_SIGRETURN 173 /* arch/x86/entry/syscalls/syscall_32.tbl */

const struct xs_abi xs_abi_ia32_rt = {
	.entry = {
		.name = "ia32-rt",
		.summary = "32-bit frames with siginfo, left by rt_sigreturn()",
		.flags = XS_ABI_COMPAT | XS_ABI_RT,
		.supported = xs_probe_ia32,
	},
	.sigreturn = NR32_RT_SIGRETURN,
	.skip = 4, /* pretcode */
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "its windows and handlers are 32-bit machine code"
#endif
