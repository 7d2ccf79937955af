// SPDX-License-Identifier: GPL-2.0-only
/* What a self-test has a worker plant, as if the kernel had done it. */
#include <signal.h>

#include "state/frame.h"
#include "task/fsave.h"
#include "task/shadow.h"
#include "task/sys.h"
#include "worker/worker.h"

/* A planted wrong load, or a window that a tracer will write into. */
void xs_plant_window(struct xs_worker *w)
{
	const struct xs_shared *shared = w->task.shared;
	const struct xs_plant *p = &shared->plant;
	/* Below what any process may map (vm.mmap_min_addr). */
	static const stack_t nowhere = { .ss_sp = (void *)4096, .ss_size = 61440 };
	struct xs_level *l = &w->task.level[0];

	if (w->task.index)
		return;
	xs_level_plant(l, &w->task, XS_PLANT_WORKER);
	if (xs_plant_due(&w->task, XS_PLANT_KILL))
		xs_syscall3(SYS_sigaltstack, (long)&nowhere, 0, 0);
	if (p->how != XS_PLANT_TRACER)
		return;
	/* No signal of its own: the tracer ends the hold. */
	w->awaits_tracer = !shared->plant_fired && w->task.count->iterations + 1 >= p->at;
	l->window.hold_syscall = -1;
	l->window.trap = NULL;
	l->window.hold_ticks =
		w->awaits_tracer ? UINT64_MAX : shared->plan.hold_us * shared->ticks_per_us;
}

/*
 * A 32-bit sigreturn takes x87 from FSAVE's header. What the kernel writes there
 * it writes to fpstate as well: where only the header is wrong, reading that shows it.
 */
void xs_plant_frame(struct xs_worker *w, const struct xs_delivery *d, uint8_t *fpstate, bool both)
{
	const struct xs_shared *shared = w->task.shared;
	const bool header =
		d->fsave && (xs_entry(XS_AXIS_STATE, shared->plant.class)->xfeatures & 1);
	uint8_t *image = header && !both ? w->edited : fpstate;

	if (image != fpstate)
		xs_copy(image, fpstate, xs_frame_bytes(fpstate, d->room));
	xs_plant_apply(&shared->plant, image, &shared->cpu, w->task.index,
		       w->task.level[0].generation);
	if (header)
		xs_fsave_unfold(fpstate - XS_FSAVE_BYTES, image);
}

/* Whether sigreturn takes the planted class from the frame, as it does not from every edited one.
 */
static bool is_loaded(const struct xs_worker *w)
{
	const uint64_t planted = xs_state_xfeatures(1u << w->task.shared->plant.class);

	return !w->action->edit || !(w->task.shared->cpu.features & XS_CPU_XSAVE) ||
	       !(planted & ~xs_frame_get64(w->after, XS_IMAGE_XSTATE_BV));
}

void xs_plant_sigreturn(struct xs_worker *w, const struct xs_delivery *d, uint8_t *fpstate)
{
	if (is_loaded(w) && xs_plant_due(&w->task, XS_PLANT_FRAME))
		xs_plant_frame(w, d, fpstate, true);
	else if (xs_plant_due(&w->task, XS_PLANT_REFUSE)) /* aligned, but never mapped */
		xs_delivery_point(d, 64);
	else if (xs_plant_due(&w->task, XS_PLANT_SHADOW))
		xs_shadow_write((uint64_t *)d->ssp, 0);
	else if (xs_plant_due(&w->task, XS_PLANT_HANG))
		for (;;)
			xs_pause();
}

/* Where a field lies in memory: its lowest byte, or NULL where it is in none. */
static uint8_t *place_of(struct xs_worker *w, const struct xs_delivery *d, uint32_t which)
{
	uint8_t *const end = d->fpstate + w->frame_bytes;

	switch (which) {
	case XS_LAYOUT_ALIGNMENT:
	case XS_LAYOUT_BELOW:
	case XS_LAYOUT_CODE: /* mostly nobody says */
	case XS_LAYOUT_SSP_ENTRY:
		return NULL;
	case XS_LAYOUT_UC_FP_XSTATE:
		return d->flags;
	case XS_LAYOUT_MAGIC2:
		return end - XS_MAGIC2_BYTES;
	case XS_LAYOUT_FSAVE_MAGIC:
		return d->fsave ? d->fsave + XS_FSAVE_MAGIC_AT : NULL;
	case XS_LAYOUT_ABOVE:
		return end;
	case XS_LAYOUT_RED_ZONE:
		return (uint8_t *)(uintptr_t)w->task.level[0].window.stack - 64;
	default:
		return d->fpstate + xs_layout_forms[which].offset;
	}
}

/* The same on the shadow stack. What is to be found later stays. */
static void plant_shadow(struct xs_worker *w, const struct xs_delivery *d, uint32_t which)
{
	uint64_t *const token = (uint64_t *)d->ssp + 1;

	if (which == XS_LAYOUT_SSP_TOKEN)
		xs_shadow_write(token, *token ^ 16);
	else if (which == XS_LAYOUT_SSP_RETURN)
		xs_shadow_write(token, *token | 16);
	else
		xs_shadow_write((uint64_t *)w->task.level[0].window.ssp + 1, 0);
}

void xs_plant_layout(struct xs_worker *w, const struct xs_delivery *d, uint32_t which)
{
	uint8_t *at;

	if (which >= XS_LAYOUT_SSP_TOKEN && which <= XS_LAYOUT_SHADOW_WORDS) {
		plant_shadow(w, d, which);
		return;
	}
	at = place_of(w, d, which);

	/* Once: the window is to find it. */
	if (which == XS_LAYOUT_RED_ZONE)
		*at = 0;
	else if (at)
		*at ^= 1;
}
