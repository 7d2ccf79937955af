/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls on a signal stack's memory, as a worker may make them. */
#ifndef XS_STACK_MEMORY_H
#define XS_STACK_MEMORY_H

#include <errno.h>
#include <sys/mman.h>

#include "stack/stack.h"
#include "task/sys.h"

/** xs_stack_map() - map [at, at + bytes) readable and writable, in place: 0 or -errno */
static inline int xs_stack_map(uint8_t *at, size_t bytes, int flags, int fd, long offset)
{
	const long rc = xs_syscall6(SYS_mmap, (long)at, (long)bytes, PROT_READ | PROT_WRITE,
				    MAP_FIXED | flags, fd, offset);

	return rc < 0 && rc > -4096 ? (int)rc : 0;
}

/** xs_stack_open_anonymous() - the stack as private anonymous memory: 0 or -errno */
int xs_stack_open_anonymous(struct xs_stack *s);

/** xs_stack_drop() - drop the pages that arm() is to make absent: 0 or -errno */
static inline int xs_stack_drop(struct xs_stack *s)
{
	return (int)xs_syscall3(SYS_madvise, (long)s->drop, (long)s->drop_bytes, MADV_DONTNEED);
}

/**
 * xs_stack_try() - call @open for a small stack, as a worker has one, and then @look
 *
 * All of it is to be dropped. Return: what they returned, or -errno. Context: supported().
 */
int xs_stack_try(int (*open)(struct xs_stack *s), int (*look)(struct xs_stack *s));

/** xs_stack_memfd_supported() - supported() of a method that needs a memfd */
int xs_stack_memfd_supported(char *why);

/** xs_stack_open_memfd() - the stack as a shared memfd, s->fd: 0 or -errno */
int xs_stack_open_memfd(struct xs_stack *s);

/** xs_stack_touch() - write to every page of the stack, and change nothing */
void xs_stack_touch(struct xs_stack *s);

/** xs_stack_touch_kept() - the same, but for the pages that arm() makes absent */
void xs_stack_touch_kept(struct xs_stack *s);

/** xs_stack_hold() - sit on a fault until a neighbour has used the CPU, or s->hold_us are over */
void xs_stack_hold(const struct xs_stack *s);

/* The least that sigaltstack() takes: MINSIGSTKSZ of asm/signal.h, which glibc makes a call. */
#define XS_STACK_MIN 2048u

/** xs_stack_min_bytes() - bytes that are enough for any frame of this task, or 0: nobody says */
size_t xs_stack_min_bytes(void);

/** xs_stack_too_small() - a size that sigaltstack() has to refuse: ENOMEM */
size_t xs_stack_too_small(void);

/** xs_stack_set() - sigaltstack() of the uppermost @bytes in use: 0 or -errno. Context: a worker */
int xs_stack_set(struct xs_stack *s, size_t bytes);

/** xs_stack_close_fd() - close s->fd if there is one */
static inline void xs_stack_close_fd(struct xs_stack *s)
{
	if (s->fd >= 0)
		xs_syscall3(SYS_close, s->fd, 0, 0);
	s->fd = -1;
}

/** xs_stack_close() - give back what the method's open() took, but for the memory */
static inline void xs_stack_close(const struct xs_stack_fault *fault, struct xs_stack *s)
{
	if (fault->close)
		fault->close(s);
	xs_stack_close_fd(s);
}

#endif
