/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts from files that may be anything. */
#ifndef XS_CASE_LOAD_H
#define XS_CASE_LOAD_H

#include <sys/types.h>

#include "axis/axis.h"

/**
 * xs_text_load() - at most @max bytes of a file ("-": standard input)
 *
 * Waits for whoever writes to a FIFO, a pipe or a terminal, until SIGINT or SIGTERM comes; a huge
 * file or an endless device is not read further. Return: their number, or -errno with @why set to
 * "FILE: reason"; -EINTR: xs_stop_signal(). Context: any.
 */
ssize_t xs_text_load(const char *path, char *text, size_t max, char why[XS_WHY_BYTES]);

#endif
