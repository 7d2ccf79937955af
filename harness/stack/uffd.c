// SPDX-License-Identifier: GPL-2.0-only
/* userfaultfd: opens one, watches a stack with it, holds faults open. */
#include "stack/uffd.h"

#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "stack/memory.h"
#include "task/probe.h"

/* Between two looks whether the worker is gone: short cases are over sooner. */
#define POLL_NS 200000

int xs_uffd_ioctl(int fd, unsigned long request, void *arg)
{
	return (int)xs_syscall3(SYS_ioctl, fd, (long)request, (long)arg);
}

/*
 * A userfaultfd that sees faults in kernel mode: from the system call (root,
 * CAP_SYS_PTRACE, or vm.unprivileged_userfaultfd=1), else from the device.
 */
static int open_uffd(uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int fd = (int)xs_syscall3(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK, 0, 0);

	if (fd < 0) {
		const int dev = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
		const int error = fd;

		if (dev < 0)
			return error;
		fd = (int)xs_syscall3(SYS_ioctl, dev, (long)_IO(0xAA, 0x00),
				      O_CLOEXEC | O_NONBLOCK);
		close(dev);
	}
	if (fd >= 0) {
		const int rc = xs_uffd_ioctl(fd, UFFDIO_API, &api);

		if (rc < 0) {
			close(fd);
			return rc;
		}
	}
	return fd;
}

int xs_uffd_supported(uint64_t features, const char *what, char *why)
{
	const int fd = open_uffd(features);

	if (fd >= 0) {
		close(fd);
		return xs_on_valgrind() ? xs_why(-EOPNOTSUPP, why,
						 "Valgrind lets no other thread run while one "
						 "waits for a page")
					: 0;
	}
	if (fd == -ENOSYS)
		return xs_why(fd, why, "the kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	if (features && fd == -EINVAL)
		return xs_why(fd, why, "the kernel's userfaultfd has no %s", what);
	if (fd == -EPERM && geteuid())
		return xs_why(fd, why,
			      "userfaultfd needs root, access to /dev/userfaultfd, or "
			      "sysctl vm.unprivileged_userfaultfd=1");
	return xs_why(fd, why, "userfaultfd is refused: %m%s",
		      fd == -EPERM ? " (it needs CAP_SYS_PTRACE and no seccomp filter, or "
				     "sysctl vm.unprivileged_userfaultfd=1)"
				   : "");
}

int xs_uffd_watch(struct xs_stack *s, uint64_t features, uint64_t mode)
{
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)s->base, .len = s->bytes },
		.mode = mode,
	};

	s->fd = open_uffd(features);
	return s->fd < 0 ? s->fd : xs_uffd_ioctl(s->fd, UFFDIO_REGISTER, &reg);
}

int xs_uffd_hold(struct xs_stack *s, struct uffdio_range *page)
{
	struct timespec wait = { .tv_nsec = POLL_NS };
	struct pollfd fds = { .fd = s->fd, .events = POLLIN };
	struct uffd_msg msg = { 0 };
	long rc = xs_syscall6(SYS_ppoll, (long)&fds, 1, (long)&wait, 0, 0, 0);

	if (rc <= 0)
		return rc == -EINTR ? 0 : (int)rc;
	rc = xs_syscall3(SYS_read, s->fd, (long)&msg, sizeof(msg));
	if (rc < 0)
		return rc == -EAGAIN ? 0 : (int)rc;
	if (rc != sizeof(msg) || msg.event != UFFD_EVENT_PAGEFAULT)
		return 0;
	xs_stack_hold(s);
	page->start = msg.arg.pagefault.address & ~4095ull;
	page->len = 4096;
	return 1;
}

int xs_uffd_let(struct xs_stack *s, unsigned long request, void *arg, struct uffdio_range *page)
{
	int rc = xs_uffd_ioctl(s->fd, request, arg);

	if (rc == -EEXIST)
		rc = xs_uffd_ioctl(s->fd, UFFDIO_WAKE, page);
	return rc < 0 ? rc : 1;
}

#ifdef XS_EXPORT /* how "export" writes it */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
/* Holds the worker's faults until the neighbour, if any, has used its CPU. All .range are alike. */
static void *resolve(void *arg)
{
	struct task *worker = arg, *t = worker + NEIGHBOUR;
	struct uffdio_zeropage page = { .range.len = 4096 };
	struct uffd_msg msg;

	source_block();
	pin(0, worker->cpu + RESOLVER);
	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		page.range.start = msg.arg.pagefault.address & ~4095ull;
		for (long us = 0, n = t->windows; us < FAULT_US && t->windows < n + 2ul; us += 20)
			usleep(20);
		worker->faults++;
		if (ioctl(uffd, UFFD_LET, &page) && ioctl(uffd, UFFDIO_WAKE, &page.range))
			break;
	}
	err(2, "userfaultfd");
}

static void stack_watch(struct task *t)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURES };
	struct uffdio_register reg = { { (uintptr_t)t->stack, STACK + 4096 }, .mode = UFFD_MODE };
	pthread_t id;

	memset(t->stack, 0, STACK + 4096); /* all its pages are there */
	uffd = syscall(SYS_userfaultfd, 0);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg) ||
	    pthread_create(&id, NULL, resolve, t))
		err(4, "skip: userfaultfd (be root, or sysctl vm.unprivileged_userfaultfd=1)");
}
#endif
