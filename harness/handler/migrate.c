// SPDX-License-Identifier: GPL-2.0-only
/* migrate: delivered on one CPU, sigreturn on another. */
#include "handler/handler.h"
#include "task/probe.h"
#include "task/sys.h"

static bool act(struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;

	xs_level_clobber(t);
	return !xs_pin(0, plan->cpu[t->count->iterations % plan->cpus]);
}

const struct xs_handler_action xs_handler_migrate = {
	.entry = {
		.name = "migrate",
		.summary = "overwrites the registers and moves to another CPU",
		.flags = XS_HANDLER_MOVES,
		.supported = xs_probe_cpus,
	},
	.act = act,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#define handler_act(t) pin(0, (t)->windows)
#endif
