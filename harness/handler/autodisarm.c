// SPDX-License-Identifier: GPL-2.0-only
/* autodisarm: SS_AUTODISARM, which sigreturn has to undo. */
#include <signal.h>

#include "handler/handler.h"
#include "task/sys.h"

#define AUTODISARM  (1u << 31) /* SS_AUTODISARM of uapi/asm-generic/signal-defs.h */
#define PROBE_BYTES (1u << 16) /* more than a frame needs */

/* Take the flag for a moment in which no handler uses a signal stack. */
static int supported(char *why)
{
	char somewhere[PROBE_BYTES];
	const stack_t ss = { .ss_sp = somewhere,
			     .ss_size = sizeof(somewhere),
			     .ss_flags = (int)AUTODISARM };
	stack_t old;
	int rc = (int)xs_syscall3(SYS_sigaltstack, (long)&ss, (long)&old, 0);

	if (!rc)
		rc = (int)xs_syscall3(SYS_sigaltstack, (long)&old, 0, 0);
	return xs_why(rc, why, "sigaltstack() with SS_AUTODISARM (Linux 4.7): %m");
}

const struct xs_handler_action xs_handler_autodisarm = {
	.entry = {
		.name = "autodisarm",
		.summary = "overwrites the registers, on a stack with SS_AUTODISARM",
		.flags = XS_HANDLER_RT,
		.supported = supported,
	},
	.stack_flags = (int)AUTODISARM,
	.act = xs_level_clobber,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#define HANDLER_STACK (int)(1u << 31) /* SS_AUTODISARM */
#endif
