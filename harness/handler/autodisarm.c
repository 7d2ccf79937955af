// SPDX-License-Identifier: GPL-2.0-only
/* autodisarm: SS_AUTODISARM, which sigreturn has to undo. */
#include "engine/task.h"
#include "handler/handler.h"

#define AUTODISARM (1u << 31) /* SS_AUTODISARM of uapi/asm-generic/signal-defs.h */

static bool act(struct xs_worker *w, uint32_t depth)
{
	(void)depth;
	return xs_worker_clobber(w);
}

const struct xs_handler_action xs_handler_autodisarm = {
	.name = "autodisarm",
	.summary = "overwrites the registers, on a stack with SS_AUTODISARM",
	.rt = true,
	.stack_flags = (int)AUTODISARM,
	.act = act,
};
