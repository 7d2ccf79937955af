// SPDX-License-Identifier: GPL-2.0-only
/* ia32: a 32-bit handler without siginfo. */
#include <errno.h>
#include <unistd.h>

#include "abi/abi.h"
#include "task/probe.h"

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR32_GETPID    20
#define NR32_SIGRETURN 119

static void call_int80(void)
{
	if (xs_int80(NR32_GETPID, 0, 0, 0, 0) != getpid())
		__builtin_trap();
}

/* Without IA32_EMULATION, or with ia32_emulation=0, int $0x80 is a SIGSEGV. */
int xs_abi_ia32_supported(char *why)
{
	const int rc = xs_probe(call_int80, why);

	if (rc <= 0)
		return rc;
	return xs_why(-EOPNOTSUPP, why,
		      "this kernel runs no 32-bit code (CONFIG_IA32_EMULATION, ia32_emulation=)");
}

const struct xs_abi xs_abi_ia32 = {
	.entry = {
		.name = "ia32",
		.summary = "32-bit frames, left by sigreturn()",
		.flags = XS_ABI_COMPAT,
		.supported = xs_abi_ia32_supported,
	},
	.sigreturn = NR32_SIGRETURN,
	.skip = 8, /* the C library's stub pops pretcode and sig */
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "its windows and handlers are 32-bit machine code"
#endif
