// SPDX-License-Identifier: GPL-2.0-only
/* jump: leaves the handler as siglongjmp() does, without sigreturn. */
#include "handler/handler.h"

static bool act(struct xs_task *t, uint32_t depth)
{
	struct xs_level *l = &t->level[0];

	(void)depth;
	l->window.check_image = t->level[1].image;
	l->expected = XS_PATTERN_HANDLER;
	return xs_level_clobber(t);
}

const struct xs_handler_action xs_handler_jump = {
	.entry = {
		.name = "jump",
		.summary = "leaves by a jump, as siglongjmp() does: its registers go on into the task",
		.flags = XS_HANDLER_JUMPS,
	},
	.act = act,
};
