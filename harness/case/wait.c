// SPDX-License-Identifier: GPL-2.0-only
/* Waits that SIGINT and SIGTERM end, blocked as they are while cases run. */
#include "case/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

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

int xs_wait_write(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		/* A pipe that takes anything takes so much without a wait. */
		const size_t part = bytes < PIPE_BUF ? bytes : PIPE_BUF;
		const int rc = xs_wait(fd, POLLOUT);
		ssize_t n;

		if (rc)
			return rc;
		n = write(fd, data, part);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			bytes -= (size_t)n;
		}
	}
	return 0;
}
