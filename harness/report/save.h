/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that appear whole or not at all, and what is written to where it is. */
#ifndef XS_SAVE_H
#define XS_SAVE_H

#include <stddef.h>

#include "case/case.h"

/**
 * xs_save() - make @path a file of @bytes of @data
 * @why: set to "PATH: reason" on error
 *
 * What was there is replaced, whatever it was, and never opened: a link, FIFO
 * or device that somebody has put there is neither followed nor waited for.
 * While it is written the file has no name where the file system can do that,
 * so that even SIGKILL leaves none behind; only where @path was there before it
 * has another one for the time of two system calls. Return: 0 or -errno.
 * Context: any thread.
 */
int xs_save(const char *path, const void *data, size_t bytes, char why[XS_WHY_BYTES]);

/** xs_save_check() - whether xs_save() can do that, before a long run: 0 or -errno, @why set */
int xs_save_check(const char *path, char why[XS_WHY_BYTES]);

/* Where the user wants something written, by name. */
struct xs_sink {
	const char *path;
	int fd; /* of what is written to where it is, or -1: a file */
};

/**
 * xs_sink_open() - before a long run: whether @path can be written to
 * @path: the user's own words; the caller's, used until xs_sink_write()
 *
 * /dev/stdout, /dev/stderr and /dev/fd/N are the descriptors of that number. A
 * character device and a FIFO with a reader are opened, at once; not if they
 * are somebody else's, in a folder that everybody may write to. All else is
 * left for xs_save(), so that no link is followed, and no block device
 * written to. Return: 0, or -errno with @why set. Context: any thread.
 */
int xs_sink_open(struct xs_sink *s, const char *path, char why[XS_WHY_BYTES]);

/**
 * xs_sink_write() - write all of @data, and close
 *
 * It waits for a reader, if there is one, until SIGINT or SIGTERM comes.
 * Return: 0, or -errno with @why set; -EINTR: xs_stop_signal().
 */
int xs_sink_write(struct xs_sink *s, const void *data, size_t bytes, char why[XS_WHY_BYTES]);

#endif
