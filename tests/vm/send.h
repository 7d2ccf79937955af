/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's side of the stream. All functions return 0 or -errno. */
#ifndef XS_VM_SEND_H
#define XS_VM_SEND_H

#include <stddef.h>
#include <time.h>

#include "stream.h"

int xs_vm_write(int fd, const void *bytes, size_t count);

/* System calls only. @count is at most XS_VM_FRAME_MAX. */
int xs_vm_send(int link, enum xs_vm_frame type, const void *bytes, size_t count);

/* The last frame of a run that came to nothing: "WHAT WHICH: error @err". */
void xs_vm_send_failure(int link, const char *what, const char *which, int err);

/*
 * Sends the regular files directly in @work that changed at or after @start
 * (CLOCK_REALTIME_COARSE, the clock of file times). A file that cannot be sent
 * ends the stream with a failure.
 */
int xs_vm_send_files(int link, const char *work, const struct timespec *start);

#endif
