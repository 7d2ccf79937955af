// SPDX-License-Identifier: GPL-2.0-only
/* Standard input, output and error, which the caller may have closed. */
#include "report/standard.h"

#include <fcntl.h>
#include <unistd.h>

void xs_standard_keep(void)
{
	/* Each gets the lowest number that is free. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH | O_DIRECTORY);
}
