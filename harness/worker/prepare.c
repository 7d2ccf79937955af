// SPDX-License-Identifier: GPL-2.0-only
/* What a handler leaves for sigreturn: an edited frame, or one whose pages are absent. */
#include <errno.h>

#include "state/frame.h"
#include "task/fsave.h"
#include "task/shadow.h"
#include "task/sys.h"
#include "worker/worker.h"

/* The classes that a frame has room for: an edit writes to nothing else. */
static uint32_t classes_in(const struct xs_delivery *d, uint32_t registers)
{
	const uint64_t xfeatures = xs_frame_bytes(d->fpstate, d->room) > XS_IMAGE_LEGACY_BYTES
					   ? xs_frame_get64(d->fpstate, XS_SW_XFEATURES)
					   : 3;
	uint32_t in = 0;

	for (uint32_t i = 0; i < XS_STATES; i++)
		if ((registers >> i & 1) && !(xs_state_xfeatures(1u << i) & ~xfeatures))
			in |= 1u << i;
	return in;
}

/* FNV-1a of 32-bit words, to see whether an edit has changed any: patterns would cancel in an XOR.
 */
static uint64_t digest(const uint8_t *at, size_t bytes)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i + sizeof(uint32_t) <= bytes; i += sizeof(uint32_t))
		sum = (sum ^ xs_frame_get32(at, (uint32_t)i)) * 0x100000001b3;
	return sum;
}

/* Edit the frame, and work out what sigreturn has to make of it. */
static void edit(struct xs_worker *w, const struct xs_delivery *d)
{
	struct xs_level *l = &w->task.level[0];
	uint8_t *fpstate = d->fpstate;
	const struct xs_plan *plan = &w->task.shared->plan;
	const struct xs_cpu *cpu = &w->task.shared->cpu;
	const size_t bytes = w->frame_bytes;
	/* As the kernel sizes them for this task; with more magic2 would be none. */
	const uint32_t most = xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE);
	uint64_t before;
	const struct xs_edit e = {
		.cpu = cpu,
		.given = w->given->image,
		.registers = classes_in(d, l->registers),
		.compat = d->compat,
		.turn = xs_task_turn(&w->task),
		.boundary = plan->restore == XS_MISSING_NONE ||
					    plan->boundary == XS_BOUNDARY_NONE ||
					    xs_boundary_is_below(plan->boundary)
				    ? 0
				    : plan->boundary,
	};

	xs_level_next(w->given, &w->task);
	/* Of the task's own image: what the kernel wrote has been copied, and is judged by itself.
	 */
	xs_copy(w->edited, l->image, cpu->image_bytes);
	xs_copy(w->edited + XS_FRAME_SW_BYTES, fpstate + XS_FRAME_SW_BYTES,
		XS_IMAGE_LEGACY_BYTES - XS_FRAME_SW_BYTES);
	/* Components that hold init values may be in use all the same: XRSTOR reads them then. */
	if (cpu->features & XS_CPU_XSAVE)
		xs_frame_put64(w->edited, XS_IMAGE_XSTATE_BV,
			       xs_frame_get64(l->image, XS_IMAGE_XSTATE_BV) |
				       xs_frame_get64(fpstate, XS_IMAGE_XSTATE_BV));
	if (xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE) <= XS_IMAGE_MAX)
		xs_frame_put32(w->edited, xs_frame_get32(fpstate, XS_SW_XSTATE_SIZE),
			       XS_FRAME_MAGIC2);
	w->action->edit(w->edited, &e);
	before = digest(fpstate, bytes);
	w->action->edit(fpstate, &e);
	w->acted |= before != digest(fpstate, bytes);
	xs_image_sigreturn(w->after, w->edited, cpu, most, l->registers);
	l->window.check_image = w->after;
	l->expected = xs_action_is(w, XS_HANDLER_GIVES) ? XS_PATTERN_GIVEN : XS_PATTERN_TASK;
}

static void spoil_token(struct xs_worker *w, const struct xs_delivery *d)
{
	uint64_t *const at = (uint64_t *)d->ssp + 1;
	const uint64_t value = w->action->token(*at, xs_task_turn(&w->task));
	const long rc = xs_shadow_write(at, value);

	if (rc < 0)
		xs_task_fail(&w->task, (int)rc, "writing to its shadow stack");
}

/* What sigreturn will read: where it is, what it says, and which of its pages are absent. */
void xs_sigreturn_prepare(struct xs_worker *w, const struct xs_delivery *d)
{
	const struct xs_handler_action *a = w->action;
	struct xs_level *l = &w->task.level[0];
	uint8_t *fpstate = d->fpstate;

	if (a->edit || a->point || a->token)
		xs_level_clobber(&w->task);
	/* A frame of x87 and SSE alone ends before what these change: not carried through, then. */
	if (a->entry.features & XS_CPU_XSAVE &&
	    xs_frame_bytes(fpstate, d->room) == XS_IMAGE_LEGACY_BYTES)
		return;
	if (a->edit)
		edit(w, d);
	if (a->edit && d->fsave)
		xs_fsave_unfold(d->fsave, fpstate);
	if (w->fpstate_copy) {
		/* With what is in front of it: FSAVE's header, in a 32-bit frame. */
		xs_copy(w->fpstate_copy - XS_FSAVE_BYTES, fpstate - XS_FSAVE_BYTES,
			XS_FSAVE_BYTES + w->frame_bytes);
		fpstate = w->fpstate_copy;
		xs_delivery_point(d, (uintptr_t)fpstate);
	}
	if ((a->point || a->token) && !w->task.index && xs_plant_due(&w->task, XS_PLANT_ACCEPT)) {
		w->acted = true;
	} else if (a->point) {
		const uint64_t at = a->point(&w->task, (uintptr_t)fpstate);

		xs_delivery_point(d, at);
		w->acted |= at != (uintptr_t)fpstate;
		fpstate = (uint8_t *)(uintptr_t)at;
	} else if (a->token) {
		spoil_token(w, d);
	}
	if (xs_action_is(w, XS_HANDLER_REFUSED)) {
		l->window.check_image = w->init;
		w->awaits_refusal = true;
		w->acted = false;
	}
	if (w->task.shared->plant.how && !w->task.index)
		xs_plant_sigreturn(w, d, fpstate);
	if (w->sampling)
		xs_moment_take(w, XS_AT_EXIT);
	if (w->fpstate_copy && w->fault->arm(&w->restore) < 0)
		xs_task_fail(&w->task, -EIO, w->fault->entry.name);
}
