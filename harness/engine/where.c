// SPDX-License-Identifier: GPL-2.0-only
/* What a thread is doing, as /proc tells it: for the watchdog. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/arena.h"

/* Read a file of /proc/PID/task/TID; -1 where it cannot be read. */
static ssize_t read_task_file(int pid, int tid, const char *name, char *text, size_t bytes)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, bytes - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return n;
}

uint64_t xs_thread_cpu_ticks(int pid, int tid, char *state)
{
	unsigned long user = 0, system = 0;
	char text[512];
	const char *rest;

	*state = '?';
	if (read_task_file(pid, tid, "stat", text, sizeof(text)) < 0)
		return 0;
	/* The command name may hold anything but ends at the last ')'. */
	rest = strrchr(text, ')');
	/* NOLINTNEXTLINE(cert-err34-c): a failed read leaves zeros */
	if (rest && sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", state,
			   &user, &system) != 3)
		user = system = 0;
	return user + system;
}

void xs_where(char *text, size_t bytes, int pid, int tid)
{
	static const char *const files[] = { "syscall", "wchan", "stack" };
	char part[512], state;
	size_t used;
	const uint64_t ticks = xs_thread_cpu_ticks(pid, tid, &state);

	used = (size_t)snprintf(text, bytes, "state %c, %llu clock ticks of CPU time", state,
				(unsigned long long)ticks);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && used < bytes; i++) {
		if (read_task_file(pid, tid, files[i], part, sizeof(part)) <= 0)
			continue;
		used += (size_t)snprintf(text + used, bytes - used, "\n%s: %s", files[i], part);
	}
}
