// SPDX-License-Identifier: GPL-2.0-only
/* Tells a worker that hangs from one that waits, is stopped, or has ended. */
#include "engine/watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/arena.h"

/* Whether a process sleeps in cgroup v1's freezer. */
static bool frozen(pid_t pid)
{
	char path[32], where[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, where, sizeof(where) - 1);
	close(fd);
	where[n > 0 ? n : 0] = '\0';
	return !strcmp(where, "__refrigerator");
}

bool xs_watch_stopped(pid_t pid)
{
	char state;

	xs_thread_cpu_ticks(pid, pid, &state);
	return state == 'T' || state == 't' || (state == 'D' && frozen(pid));
}

bool xs_watch_hangs(struct xs_watch *w, const struct xs_counters *c, uint32_t limit_ms)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t cpu_ticks, burnt_ms;
	bool asleep;
	char state;

	cpu_ticks = xs_thread_cpu_ticks(c->pid, c->tid, &state);
	asleep = state == 'S' || state == 'D';
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
	burnt_ms = (cpu_ticks - w->cpu_ticks) * 1000 / ticks_per_s;
	if (asleep && w->idle_ms >= limit_ms * XS_WATCH_ASLEEP_FACTOR)
		return true;
	return w->idle_ms >= limit_ms && burnt_ms >= limit_ms / 4;
}
