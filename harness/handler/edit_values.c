// SPDX-License-Identifier: GPL-2.0-only
/* edit-values: new values in the frame, which sigreturn has to load. */
#include "handler/handler.h"

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	uint64_t bv = 0;

	XS_FOR_EACH_LANE(at, e->registers, e->cpu)
	{
		xs_lane_put(fpstate, &at, xs_lane_get(e->given, e->cpu, &at));
		/* Some registers empty, as a worker never has them: never all, which is init. */
		if (at.span->file == XS_FILE_FTW)
			xs_lane_put(fpstate, &at, 1u | ((0x25u * e->turn) & 0xff));
		bv |= 1ull << at.span->component;
	}
	/* A frame of x87 and SSE alone has no header. */
	if (e->cpu->features & XS_CPU_XSAVE &&
	    xs_frame_get32(fpstate, XS_SW_MAGIC1) == XS_FRAME_MAGIC1)
		xs_frame_use(fpstate, bv, 0);
}

const struct xs_handler_action xs_handler_edit_values = {
	.entry = {
		.name = "edit-values",
		.summary = "writes new values into the frame, which must arrive",
		.flags = XS_HANDLER_GIVES | XS_HANDLER_EDITS,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
/* New values in the frame, which have to arrive. */
static void handler_edit(struct task *t, void *fp)
{
	uint64_t *area = fp;

	fill(t, t->other, t->owner + TASKS);
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; t->mask >> f->component & 1 && i < f->words; i++)
			area[f->at + i * f->step] = t->other[f->at + i * f->step];
	area[64] = (area[64] & ~t->mask) | t->other[64];
	t->want = t->other;
}
#endif
