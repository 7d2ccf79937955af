// SPDX-License-Identifier: GPL-2.0-only
/* Looks for a panic in the file that a guest's console is kept in. */
#include "console.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The second comes from before there is a panic(), and never reboots. */
static const char *const last_words[] = { "Kernel panic - not syncing", "PANIC: early exception" };

#define OVERLAP_BYTES 32u /* as long as those: they may come in two parts */
#define QUIET_NS      5000000000LL

static void read_on(struct xs_vm_console *c, int64_t now_ns)
{
	int fd = open(c->path, O_RDONLY | O_CLOEXEC);
	char part[4096];

	while (fd >= 0) {
		uint64_t from = c->read_bytes > OVERLAP_BYTES ? c->read_bytes - OVERLAP_BYTES : 0;
		ssize_t n = pread(fd, part, sizeof(part), (off_t)from);

		if (n <= 0 || from + (uint64_t)n <= c->read_bytes)
			break;
		for (int i = 0; i < 2; i++)
			c->panicked |= memmem(part, (size_t)n, last_words[i],
					      strlen(last_words[i])) != NULL;
		c->read_bytes = from + (uint64_t)n;
		c->grown_ns = now_ns;
	}
	if (fd >= 0)
		close(fd);
}

bool xs_vm_console_dead(struct xs_vm_console *c, int64_t now_ns)
{
	read_on(c, now_ns);
	return c->panicked && now_ns - c->grown_ns > QUIET_NS;
}
