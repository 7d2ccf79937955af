// SPDX-License-Identifier: GPL-2.0-only
/* tgkill-peer: another thread's tgkill(), a chosen time after "in window". */
#include "signal/signal.h"
#include "task/sys.h"

void xs_signal_tgkill(struct xs_sender *s)
{
	const struct xs_counters *target = s->target->count;

	xs_syscall3(SYS_tgkill, target->pid, target->tid, XS_SIGNO);
}

const struct xs_signal_source xs_signal_tgkill_peer = {
	.entry = {
		.name = "tgkill-peer",
		.summary = "tgkill() by a sender thread, delay_us after the worker is in its window",
		.flags = XS_SIGNAL_REMOTE,
	},
	.send = xs_signal_tgkill,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define source_send(t) syscall(SYS_tgkill, (t)->pid, (t)->pid, SIGNO)
#endif
