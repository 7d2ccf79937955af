// SPDX-License-Identifier: GPL-2.0-only
/* Waits that SIGINT and SIGTERM end, blocked as they are while cases run. */
#include "case/wait.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

#define LOOK_MS 100 /* between two looks for a signal */

int xs_stop_signal(void)
{
	sigset_t set;

	if (sigpending(&set))
		return 0;
	return sigismember(&set, SIGINT) == 1	 ? SIGINT
	       : sigismember(&set, SIGTERM) == 1 ? SIGTERM
						 : 0;
}

int xs_stop_take(void)
{
	const struct timespec now = { 0 };
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	signo = sigtimedwait(&set, NULL, &now);
	return signo < 0 ? 0 : signo;
}

int xs_wait(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	while (poll(&p, 1, LOOK_MS) <= 0)
		if (xs_stop_signal())
			return -EINTR;
	return 0;
}
