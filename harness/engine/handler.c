// SPDX-License-Identifier: GPL-2.0-only
/* The signal handler: copies what it finds, does what the case says, judges nothing. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "engine/sys.h"
#include "engine/task.h"

/* Whose signals these are; NULL in a thread that takes none. */
static __thread struct xs_worker *self;

void xs_handler_bind(struct xs_worker *w)
{
	self = w;
}

static uint32_t load_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/*
 * Copy the frame's fpstate as sigreturn would understand it: extended state
 * counts only behind both magic words (uapi/asm/sigcontext.h), else the frame
 * holds x87 and SSE alone.
 */
static void copy_frame(struct xs_level *l, const struct xs_cpu *cpu, const uint8_t *fpstate)
{
	uint32_t bytes = XS_IMAGE_LEGACY_BYTES;

	if (load_u32(fpstate + XS_FRAME_SW_BYTES) == XS_FRAME_MAGIC1) {
		const uint32_t size = load_u32(fpstate + XS_FRAME_SW_BYTES + 16);

		if (size >= XS_IMAGE_LEGACY_BYTES + XS_IMAGE_HEADER_BYTES && size <= XS_IMAGE_MAX &&
		    load_u32(fpstate + size) == XS_FRAME_MAGIC2)
			bytes = size;
	}
	xs_copy(l->frame, fpstate, bytes);
	if (bytes == XS_IMAGE_LEGACY_BYTES && (cpu->features & XS_CPU_XSAVE)) {
		memset(l->frame + XS_IMAGE_XSTATE_BV, 0, XS_IMAGE_HEADER_BYTES);
		l->frame[XS_IMAGE_XSTATE_BV] = 3;
	}
}

static void load(const struct xs_level *l)
{
	for (uint32_t i = 0; l->window.load[i]; i++)
		l->window.load[i](l->image, l->window.offsets);
}

static void plant(struct xs_worker *w, ucontext_t *uc)
{
	const struct xs_shared *shared = w->task.shared;

	if (xs_plant_due(&w->task, XS_PLANT_FRAME))
		xs_plant_apply(&shared->plant, (uint8_t *)uc->uc_mcontext.fpregs, &shared->cpu,
			       w->task.index, w->level[0].generation);
	else if (xs_plant_due(&w->task, XS_PLANT_KILL)) /* aligned, but never mapped: a bad frame */
		uc->uc_mcontext.fpregs = (void *)64;
	else if (xs_plant_due(&w->task, XS_PLANT_HANG))
		for (;;)
			xs_pause();
}

static void act(struct xs_worker *w, uint32_t depth)
{
	struct xs_level *own = &w->level[1];

	switch (depth ? XS_HANDLER_RETURN : w->task.shared->plan.handler) {
	case XS_HANDLER_CLOBBER:
		xs_level_next(own, &w->task);
		load(own);
		xs_dump(own->dump, own->window.dump_mask);
		w->clobbered = true;
		break;
	case XS_HANDLER_NEST:
		xs_level_next(own, &w->task);
		w->nested_release = 0;
		if (!w->task.index)
			xs_level_plant(own, &w->task, XS_PLANT_NESTED);
		own->bad = xs_window_run(&own->window);
		break;
	case XS_HANDLER_YIELD:
		xs_syscall3(SYS_sched_yield, 0, 0, 0);
		break;
	default:
		break;
	}
}

static bool in_window(const ucontext_t *uc)
{
	const uintptr_t ip = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];

	return ip >= (uintptr_t)xs_window_begin && ip < (uintptr_t)xs_window_end;
}

/* Whether the frame's page boundary is not where the case wants it. */
static bool misplaced(const struct xs_plan *plan, const ucontext_t *uc)
{
	return plan->boundary != XS_BOUNDARY_NONE &&
	       ((uintptr_t)uc->uc_mcontext.fpregs + plan->boundary) % 4096;
}

static void handle(int signo, siginfo_t *info, void *context)
{
	struct xs_worker *w = self;
	ucontext_t *uc = context;
	struct xs_counters *count;
	struct xs_level *l;
	uint32_t depth;

	(void)signo;
	(void)info;
	if (!w)
		return;
	count = w->task.count;
	depth = w->depth;
	if (depth > 1 || !in_window(uc) || w->level[depth].delivered) {
		if (w->calibrating) {
			w->frame_fpstate = (uintptr_t)uc->uc_mcontext.fpregs;
			return;
		}
		count->outside++;
		w->task.slot->release = 1;
		return;
	}
	l = &w->level[depth];
	if (w->task.shared->plant.how && !w->task.index && xs_plant_due(&w->task, XS_PLANT_ENTRY))
		load(l);
	xs_dump(l->entry, l->window.dump_mask);
	copy_frame(l, &w->task.shared->cpu, (const uint8_t *)uc->uc_mcontext.fpregs);
	l->delivered = true;
	if (!depth) {
		count->signals++;
		count->misplaced += misplaced(&w->task.shared->plan, uc);
		if (!count->first_signal_ns)
			count->first_signal_ns = xs_now_ns() - w->task.shared->start_ns;
		if (w->sampling)
			w->faults_entry = xs_task_usage(&w->task);
		if (w->task.shared->plant.how && !w->task.index)
			plant(w, uc);
	}
	w->depth = depth + 1;
	act(w, depth);
	w->depth = depth;
	if (!depth && w->sampling)
		w->faults_exit = xs_task_usage(&w->task);
	*l->window.release = 1;
}

int xs_handler_install(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = handle;
	/* NODEFER: a nested signal is delivered inside its handler. */
	sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
	return sigaction(XS_SIGNO, &sa, NULL) ? -errno : 0;
}
