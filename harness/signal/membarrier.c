// SPDX-License-Identifier: GPL-2.0-only
/* membarrier: tgkill() between barriers that interrupt every thread of the process. */
#include <errno.h>
#include <linux/membarrier.h>

#include "signal/signal.h"
#include "task/sys.h"

static int supported(char *why)
{
	const long commands = xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	if (commands >= 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED))
		return 0;
	return xs_why(-EOPNOTSUPP, why,
		      "no MEMBARRIER_CMD_PRIVATE_EXPEDITED (Linux 4.14, CONFIG_MEMBARRIER)");
}

/* Of a process with several threads it would wait for an RCU grace period: 20 ms. */
static int enrol(void)
{
	/* Younger than the other one: where it is missing its command fails, and no more. */
	xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	return (int)xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

static void send(struct xs_sender *s)
{
	xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	xs_signal_tgkill(s);
	xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	xs_syscall3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
}

const struct xs_signal_source xs_signal_membarrier = {
	.entry = {
		.name = "membarrier",
		.summary = "tgkill() by a sender thread between expedited membarriers",
		.flags = XS_SIGNAL_REMOTE,
		.supported = supported,
	},
	.enrol = enrol,
	.send = send,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <linux/membarrier.h>
static void source_open(struct task *t)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
		err(4, "skip: %s: membarrier", t->name);
}

static void source_send(const struct task *t)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	syscall(SYS_tgkill, t->pid, t->pid, SIGNO);
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
}
#endif
