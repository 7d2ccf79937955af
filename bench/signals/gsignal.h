/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread's signal stack as Go has it, with a mitigation. */
#ifndef XS_GSIGNAL_H
#define XS_GSIGNAL_H

#include "lab.h"
#include "stack/mitigation.h"

/**
 * xs_gsignal_open() - map a stack, have the calling thread use it, and protect it
 * @base: set to the stack; NULL for a mitigation without one
 * @what: set to what failed
 *
 * A mitigation of the whole process is not repeated here. When the protection fails the thread
 * has the stack all the same, as a program that goes on would. Return: 0 or -errno.
 */
int xs_gsignal_open(const struct xs_mitigation *m, uint8_t **base, const char **what);

/** xs_gsignal_close() - the thread's stack is gone; @base may be NULL */
void xs_gsignal_close(uint8_t *base);

/** xs_gsignal_handle() - let SIGUSR1 be counted, on the thread's signal stack: 0 or -errno */
int xs_gsignal_handle(void);

/** xs_gsignal_count() - how many signals the calling thread has taken */
uint32_t xs_gsignal_count(void);

/** xs_gsignal_faults() - how many page faults the calling thread has had */
uint64_t xs_gsignal_faults(void);

#endif
