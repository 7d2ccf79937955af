// SPDX-License-Identifier: GPL-2.0-only
/* sigqueue: a burst of queued real-time signals, delivered one after the other. */
#include <signal.h>

#include "signal/signal.h"
#include "task/sys.h"

#define SIGNO 36 /* the first two real-time signals are glibc's */
#define BURST 8u
#define AFTER 2u /* where the first one ends the window's share: one more is pending then */

static void send(struct xs_sender *s)
{
	const struct xs_counters *target = s->target->count;
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, s->task.shared->plan.handler);
	const uint32_t burst = action & XS_HANDLER_ENDS ? AFTER : BURST;
	const siginfo_t info = { .si_signo = SIGNO, .si_code = SI_QUEUE };

	for (uint32_t i = 0; i < burst; i++)
		xs_syscall6(SYS_rt_tgsigqueueinfo, target->pid, target->tid, SIGNO, (long)&info, 0,
			    0);
}

const struct xs_signal_source xs_signal_sigqueue = {
	.entry = {
		.name = "sigqueue",
		.summary = "8 real-time signals queued at once by a sender thread, delivered in a row (2 "
		   "if one ends the window)",
		.flags = XS_SIGNAL_REMOTE | XS_SIGNAL_REPEATS,
	},
	.signo = SIGNO,
	.send = send,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO 36
static void source_send(const struct task *t)
{
	siginfo_t info = { .si_signo = SIGNO, .si_code = SI_QUEUE };

	for (int i = 0; i < 8; i++)
		syscall(SYS_rt_tgsigqueueinfo, t->pid, t->pid, SIGNO, &info);
}
#endif
