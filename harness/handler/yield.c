// SPDX-License-Identifier: GPL-2.0-only
/* yield: a context switch between delivery and sigreturn. */
#include "handler/handler.h"
#include "task/sys.h"

static bool act(struct xs_task *t)
{
	xs_level_clobber(t);
	return xs_syscall3(SYS_sched_yield, 0, 0, 0) == 0;
}

const struct xs_handler_action xs_handler_yield = {
	.entry = {
		.name = "yield",
		.summary = "overwrites the registers and calls sched_yield()",
	},
	.act = act,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#define handler_act(t) sched_yield()
#endif
