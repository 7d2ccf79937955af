/* SPDX-License-Identifier: GPL-2.0-only */
/* A system call in which the kernel uses the FPU on behalf of its caller: kernel_fpu_begin(). */
#ifndef XS_FPU_CALL_H
#define XS_FPU_CALL_H

#include <stdbool.h>

#define XS_FPU_CALL_BYTES 4096u

/* number(fd, data, XS_FPU_CALL_BYTES, flags): more than 0, or -errno. */
struct xs_fpu_call {
	long number, fd;
	const void *data;
	long flags; /* sendto()'s; write() has none and ignores them */
};

/**
 * xs_fpu_call_supported() - whether there is one here: 0, or -errno with @why set
 *
 * Context: a process before its windows, since texts of /proc are read.
 */
int xs_fpu_call_supported(char *why);

/** xs_fpu_call_open() - open one: 0 or -errno. Context: the same. */
int xs_fpu_call_open(struct xs_fpu_call *c);

/**
 * xs_fpu_call_proved() - whether kernel_fpu_begin() runs in this call, here
 * @by_features: what is known of the kernel, where it cannot be seen
 *
 * Makes the call some times. Context: the same.
 */
bool xs_fpu_call_proved(const struct xs_fpu_call *c, bool by_features);

/** xs_fpu_call_close() - close what has been opened. Context: any thread of the process. */
void xs_fpu_call_close(const struct xs_fpu_call *c);

#endif
