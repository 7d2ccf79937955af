// SPDX-License-Identifier: GPL-2.0-only
/* Standard input, output and error, which the caller may have closed. */
#include "report/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "case/wait.h"

void xs_standard_keep(void)
{
	/* Each gets the lowest number that is free. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH | O_DIRECTORY);
}

/* Whoever has been told to stop does not wait a second time, when the signal has been taken. */
static ssize_t put(void *stopped, const char *data, size_t bytes)
{
	bool *over = stopped;
	const int rc = *over ? -EINTR : xs_wait_write(STDOUT_FILENO, data, bytes);

	*over = rc == -EINTR;
	errno = -rc;
	return rc ? 0 : (ssize_t)bytes;
}

void xs_standard_wait(void)
{
	static bool stopped; /* lives as long as standard output does */
	const cookie_io_functions_t io = { .write = put };
	FILE *f = fopencookie(&stopped, "w", io);

	/* Without memory it stays as it was. */
	if (!f)
		return;
	fflush(stdout);
	setvbuf(f, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
	stdout = f;
}
