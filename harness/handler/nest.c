// SPDX-License-Identifier: GPL-2.0-only
/* nest: a window inside the handler, with a signal in it, down to the case's depth. */
#include "handler/handler.h"

static bool act(struct xs_task *t)
{
	const uint32_t depth = t->depth;
	struct xs_level *own = &t->level[depth + 1];

	if (depth >= t->shared->plan.depth)
		return true;
	xs_level_next(own, t);
	own->release = 0;
	if (!t->compat) /* a 32-bit hold lets it in by itself, and nothing else may */
		xs_signal_nest();
	if (!t->index && !depth)
		xs_level_plant(own, t, XS_PLANT_NESTED);
	own->bad = xs_window_run(&own->window);
	/* Those below have run by now: each has had its signal, or none counts. */
	for (uint32_t below = depth + 1; below <= t->shared->plan.depth; below++)
		if (!t->level[below].delivered)
			return false;
	return true;
}

const struct xs_handler_action xs_handler_nest = {
	.entry = {
		.name = "nest",
		.summary = "proves a window of its own, with a signal inside, depth levels deep",
		.flags = XS_HANDLER_NESTS,
	},
	.act = act,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
static void window(struct task *t);

/* A window inside the handler, with a signal of its own, down to DEPTH. */
static void handler_point(struct task *t, ucontext_t *uc)
{
	static struct task level[DEPTH];
	static int depth;
	struct task *inner = &level[depth];

	if (depth == DEPTH)
		return;
	*inner = *t;
	inner->name = "nested window";
	inner->stack = NULL;
	self = inner;
	depth++;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &uc->uc_sigmask, NULL, 8);
	window(inner);
	depth--;
	self = t;
	t->generation = inner->generation; /* all windows have different ones */
	if (inner->signals == t->signals)
		t->lacks |= NESTED;
}
#endif
