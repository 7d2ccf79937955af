/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that undoes what another one has changed, however that ends. */
#ifndef XS_GUARDIAN_H
#define XS_GUARDIAN_H

#include <stdbool.h>
#include <sys/types.h>

struct xs_guardian {
	/*
	 * Undo everything: 0 or -errno. Called in the guardian, or, where that has
	 * died, in the process that it was made for; perhaps before anything was
	 * changed, and perhaps after an undo() that was cut short.
	 */
	int (*undo)(void *arg);
	void *arg;
	int fd;	   /* what undo() needs open, or -1; all else is closed in the guardian */
	pid_t pid; /* 0: it is gone */
	int life;  /* a pipe's end that closes with the process: the guardian waits for that */
};

/**
 * xs_guardian_start() - before the first change: fork it, with .undo, .arg and .fd set
 *
 * It is in a session of its own, where nothing that ends the caller's group
 * reaches it, ignores what can be ignored, and keeps no file that somebody
 * could wait for. Children that the caller makes later have to close .life,
 * or to die with it. Return: 0, or -errno: there is none. Context: any
 * process; it does not get SIGCHLD for it.
 */
int xs_guardian_start(struct xs_guardian *g);

/**
 * xs_guardian_lost() - whether somebody has killed or stopped it: change nothing any more
 *
 * xs_guardian_end() is due all the same.
 */
bool xs_guardian_lost(struct xs_guardian *g);

/** xs_guardian_end() - have everything undone, and wait for that: 0 or -errno */
int xs_guardian_end(struct xs_guardian *g);

#endif
