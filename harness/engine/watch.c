// SPDX-License-Identifier: GPL-2.0-only
/* Tells a worker that hangs from one that waits, is stopped, or has ended. */
#include "engine/watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Read a file of /proc/PID/task/TID: whether it says anything. */
static bool read_task_file(pid_t pid, pid_t tid, const char *name, char *text, size_t bytes)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, bytes - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

/* User and system time of a thread so far, and its state letter. */
static uint64_t cpu_ticks_of(pid_t pid, pid_t tid, char *state)
{
	unsigned long user = 0, system = 0;
	char text[512];
	const char *rest;

	*state = '?';
	if (!read_task_file(pid, tid, "stat", text, sizeof(text)))
		return 0;
	/* The command name may hold anything but ends at the last ')'. */
	rest = strrchr(text, ')');
	/* NOLINTNEXTLINE(cert-err34-c): a failed read leaves zeros */
	if (rest && sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", state,
			   &user, &system) != 3)
		user = system = 0;
	return user + system;
}

bool xs_watch_stopped(pid_t pid)
{
	char state, where[32];

	cpu_ticks_of(pid, pid, &state);
	/* Asleep in cgroup v1's freezer, perhaps. */
	return state == 'T' || state == 't' ||
	       (state == 'D' && read_task_file(pid, pid, "wchan", where, sizeof(where)) &&
		!strcmp(where, "__refrigerator"));
}

bool xs_watch_starves(pid_t pid, uint64_t *ticks)
{
	char state;
	const uint64_t before = *ticks;

	*ticks = cpu_ticks_of(pid, pid, &state);
	return state == 'R' && *ticks == before;
}

bool xs_watch_hangs(struct xs_watch *w, const struct xs_counters *c, uint32_t limit_ms)
{
	char state;
	const uint64_t cpu_ticks = cpu_ticks_of(c->pid, c->tid, &state);
	const bool asleep = state == 'S' || state == 'D';
	uint64_t burnt_ms;

	/*
	 * Neither running nor asleep: gone, stopped, or hidden. In a stopped
	 * process one thread may show as running all the same: a fault that the
	 * kernel takes on its behalf in a userfaultfd's range is tried again
	 * and again until SIGCONT.
	 */
	if (c->iterations != w->iterations || (state != 'R' && !asleep) ||
	    xs_watch_stopped(c->pid)) {
		*w = (struct xs_watch){ .iterations = c->iterations, .cpu_ticks = cpu_ticks };
		return false;
	}
	w->idle_ms += XS_WATCH_EVERY_MS;
	burnt_ms = (cpu_ticks - w->cpu_ticks) * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	if (asleep && w->idle_ms >= limit_ms * XS_WATCH_ASLEEP_FACTOR)
		return true;
	return w->idle_ms >= limit_ms && burnt_ms >= limit_ms / 4;
}

void xs_watch_where(char *text, size_t bytes, pid_t pid, pid_t tid)
{
	static const char *const files[] = { "syscall", "wchan", "stack" };
	char part[512], state;
	const uintmax_t ticks = cpu_ticks_of(pid, tid, &state);
	size_t used = (size_t)snprintf(text, bytes, "state %c, %ju clock ticks of CPU time", state,
				       ticks);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && used < bytes; i++)
		if (read_task_file(pid, tid, files[i], part, sizeof(part)))
			used += (size_t)snprintf(text + used, bytes - used, "\n%s: %s", files[i],
						 part);
}
