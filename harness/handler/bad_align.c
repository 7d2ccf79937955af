// SPDX-License-Identifier: GPL-2.0-only
/* bad-align: an fpstate pointer that no restoring instruction takes. */
#include "handler/handler.h"
#include "task/level.h"

static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	(void)t;
	return fpstate + 8;
}

const struct xs_handler_action xs_handler_bad_align = {
	.name = "bad-align",
	.summary = "misaligns the frame's fpstate pointer: sigreturn must refuse",
	.end = XS_END_REFUSED,
	.x86_64 = true, /* what a 32-bit sigreturn reads is copied first, from any address */
	.point = point,
};
