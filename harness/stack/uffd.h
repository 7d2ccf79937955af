/* SPDX-License-Identifier: GPL-2.0-only */
/* userfaultfd: what the methods share whose resolver holds a fault open. */
#ifndef XS_STACK_UFFD_H
#define XS_STACK_UFFD_H

#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

#include "stack/stack.h"

/**
 * xs_uffd_supported() - whether faults in kernel mode can be had, with @features
 *
 * @features:	UFFD_FEATURE_*, may be 0
 * @what:	what these are, and since when, for @why
 *
 * Return: 0, or -errno with @why set (unless it is NULL).
 */
int xs_uffd_supported(uint64_t features, const char *what, char *why);

/**
 * xs_uffd_watch() - watch all of the stack, whose pages are there already
 *
 * @mode:	one of UFFDIO_REGISTER_MODE_*
 *
 * Return: 0 with s->fd set to the userfaultfd, or -errno.
 */
int xs_uffd_watch(struct xs_stack *s, uint64_t features, uint64_t mode);

/**
 * xs_uffd_hold() - wait some milliseconds at most for a fault, and sit on it
 *
 * Context: resolver. Return: 1 with @page set to the page that a task waits
 * for, 0 if there was no fault, or -errno.
 */
int xs_uffd_hold(struct xs_stack *s, struct uffdio_range *page);

/** xs_uffd_ioctl() - without libc: what the call returns, or -errno */
int xs_uffd_ioctl(int fd, unsigned long request, void *arg);

/**
 * xs_uffd_let() - let @page in by the ioctl @request with @arg
 *
 * Where it has come in already, who waits for it is woken. Return: 1 or -errno.
 */
int xs_uffd_let(struct xs_stack *s, unsigned long request, void *arg, struct uffdio_range *page);

#endif
