// SPDX-License-Identifier: GPL-2.0-only
/* edit-null: no fpstate at all, which asks sigreturn for init state. */
#include "handler/handler.h"

static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	struct xs_level *l = &t->level[0];

	(void)fpstate;
	l->window.check_image = t->init;
	return 0;
}

const struct xs_handler_action xs_handler_edit_null = {
	.entry = {
		.name = "edit-null",
		.summary = "sets the frame's fpstate pointer to NULL: all must come back in init state",
		.flags = XS_LINUX_OWN | XS_HANDLER_POINTS,
	},
	.point = point,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* No fpstate: all comes back in init state. */
#define handler_point(t, uc) ((uc)->uc_mcontext.fpregs = NULL, (t)->keep = 0)
#endif
