/* SPDX-License-Identifier: GPL-2.0-only */
/* Waits that SIGINT and SIGTERM end, blocked as they are while cases run. */
#ifndef XS_WAIT_H
#define XS_WAIT_H

#include <stddef.h>

/** xs_stop_signal() - SIGINT or SIGTERM, if it is pending; else 0. It stays so. Context: any. */
int xs_stop_signal(void);

/** xs_stop_take() - the same, and take it: the caller ends because of it */
int xs_stop_take(void);

/**
 * xs_wait() - until @fd is ready for @events of poll(), or for an error
 *
 * Return: 0, or -EINTR: xs_stop_signal() is pending. Context: any; where these
 * signals are not blocked they do what they are set to.
 */
int xs_wait(int fd, short events);

/** xs_wait_write() - write all of @data, waiting for room so: 0 or -errno */
int xs_wait_write(int fd, const char *data, size_t bytes);

#endif
