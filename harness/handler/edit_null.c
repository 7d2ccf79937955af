// SPDX-License-Identifier: GPL-2.0-only
/* edit-null: no fpstate at all, which asks sigreturn for init state. */
#include "engine/task.h"
#include "handler/handler.h"

static uint64_t point(struct xs_worker *w, uint64_t fpstate)
{
	struct xs_level *l = &w->level[0];

	(void)fpstate;
	l->window.check_image = w->init;
	return 0;
}

const struct xs_handler_action xs_handler_edit_null = {
	.name = "edit-null",
	.summary = "sets the frame's fpstate pointer to NULL: all must come back in init state",
	.point = point,
};
