// SPDX-License-Identifier: GPL-2.0-only
/* clobber: the handler's own values in every register that is proved. */
#include "engine/task.h"
#include "handler/handler.h"

static bool act(struct xs_worker *w, uint32_t depth)
{
	(void)depth;
	return xs_worker_clobber(w);
}

const struct xs_handler_action xs_handler_clobber = {
	.name = "clobber",
	.summary = "overwrites every register that is proved, then returns",
	.act = act,
};
