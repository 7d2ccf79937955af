/* SPDX-License-Identifier: GPL-2.0-only */
/* The watchdog: whether a worker hangs, or only waits for its turn; and where. */
#ifndef XS_WATCH_H
#define XS_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "task/obs.h"

#define XS_WATCH_EVERY_MS 1000u
/* A sleeping thread may wait for a starved helper: give it longer. */
#define XS_WATCH_ASLEEP_FACTOR 3u

/* What is known of one worker; zero at the start of a run. */
struct xs_watch {
	uint64_t iterations, cpu_ticks;
	uint32_t idle_ms;
};

/**
 * xs_watch_hangs() - look at a worker, XS_WATCH_EVERY_MS after the last look: whether it hangs
 * @c: the worker's counters
 * @limit_ms: how long it may burn CPU time without getting anywhere; XS_WATCH_ASLEEP_FACTOR
 *	times as long it may sleep
 *
 * One that gets no CPU time on a loaded machine does not hang. Where /proc
 * does not show the thread, nothing is known, and nothing hangs.
 */
bool xs_watch_hangs(struct xs_watch *w, const struct xs_counters *c, uint32_t limit_ms);

/** xs_watch_stopped() - whether somebody has stopped or frozen a process, or traces it and has */
bool xs_watch_stopped(pid_t pid);

/**
 * xs_watch_starves() - whether a process could run, and has not run since the last look
 * @ticks: its CPU time at that look, or 0; set to that of now
 */
bool xs_watch_starves(pid_t pid, uint64_t *ticks);

/** xs_watch_where() - what a thread is doing, from /proc: state, system call, kernel stack */
void xs_watch_where(char *text, size_t bytes, pid_t pid, pid_t tid);

#endif
