// SPDX-License-Identifier: GPL-2.0-only
/* rseq: the hold's loop is a restartable sequence, which the delivery aborts. */
#include <errno.h>
#include <stddef.h>

#include "signal/signal.h"
#include "task/probe.h"

/* glibc's <sys/rseq.h>, from 2.35 on; weak, since other libraries have none. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

/*
 * Called first in the hold, where nothing but a delivery or a switch comes
 * between it and the loop: each of them takes the word back that it sets.
 * %fs:(__rseq_offset + 8) is rseq_cs of the thread's struct rseq (uapi/linux/rseq.h).
 */
void xs_trap_rseq(void);
__asm__(XS_TRAP_SECTION ".type xs_trap_rseq, @function\n"
			"xs_trap_rseq:\n"
			"	movq	__rseq_offset@GOTPCREL(%rip), %rax\n"
			"	movq	(%rax), %rax\n"
			"	leaq	xs_window_sequence(%rip), %rcx\n"
			"	movq	%rcx, %fs:8(%rax)\n"
			"	ret\n"
			".size xs_trap_rseq, . - xs_trap_rseq\n"
			".popsection\n");

static int supported(char *why)
{
	/* A sender on the worker's own CPU finds it switched out, which ends the sequence. */
	const int rc = xs_probe_cpus(why);

	if (rc || (&__rseq_size && __rseq_size))
		return rc;
	return xs_why(-EOPNOTSUPP, why,
		      "the C library has registered no restartable sequences (glibc 2.35, "
		      "CONFIG_RSEQ, glibc.pthread.rseq=1)");
}

const struct xs_signal_source xs_signal_rseq = {
	.entry = {
		.name = "rseq",
		.summary = "tgkill() by a sender thread into a restartable sequence, which it aborts",
		.flags = XS_SIGNAL_REMOTE | XS_SIGNAL_ABORTS | XS_X86_64,
		.supported = supported,
	},
	.trap = xs_trap_rseq,
	.send = xs_signal_tgkill,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "a restartable sequence needs a table, an abort handler and a loop of its own"
#endif
