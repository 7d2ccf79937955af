// SPDX-License-Identifier: GPL-2.0-only
/* jump: leaves the handler as siglongjmp() does, without sigreturn. */
#include "engine/task.h"
#include "handler/handler.h"

static bool act(struct xs_worker *w, uint32_t depth)
{
	struct xs_level *l = &w->level[0];

	(void)depth;
	l->window.check_image = w->level[1].image;
	l->expected = XS_PATTERN_HANDLER;
	return xs_worker_clobber(w);
}

const struct xs_handler_action xs_handler_jump = {
	.name = "jump",
	.summary = "leaves by a jump, as siglongjmp() does: its registers go on into the task",
	.end = XS_END_JUMP,
	.act = act,
};
