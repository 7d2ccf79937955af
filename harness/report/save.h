/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that appear whole or not at all. */
#ifndef XS_SAVE_H
#define XS_SAVE_H

#include <stddef.h>

#include "case/case.h"

/**
 * xs_save() - write @bytes of @data to @path
 * @why: set to "PATH: reason" on error
 *
 * A regular file is written under another name and renamed; what is no regular
 * file ("/dev/stdout", a pipe) is written to directly. While it is written the
 * file has no name where the file system can do that, so that even SIGKILL
 * leaves none behind. Return: 0 or -errno. Context: any thread.
 */
int xs_save(const char *path, const void *data, size_t bytes, char why[XS_WHY_BYTES]);

#endif
