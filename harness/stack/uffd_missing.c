// SPDX-License-Identifier: GPL-2.0-only
/* uffd-missing: userfaultfd holds the fault until a resolver gives the page. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "case/case.h"
#include "stack/memory.h"

#define POLL_MS 10
#define NAP_US	20u

static int ioctl_raw(int fd, unsigned long request, void *arg)
{
	return (int)xs_syscall3(SYS_ioctl, fd, (long)request, (long)arg);
}

/*
 * A userfaultfd that sees faults in kernel mode: from the system call (root,
 * CAP_SYS_PTRACE, or vm.unprivileged_userfaultfd=1), else from the device.
 */
static int open_uffd(void)
{
	struct uffdio_api api = { .api = UFFD_API };
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
		const int rc = ioctl_raw(fd, UFFDIO_API, &api);

		if (rc < 0) {
			close(fd);
			return rc;
		}
	}
	return fd;
}

static int supported(char *why)
{
	const int fd = open_uffd();

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (why && fd == -ENOSYS)
		snprintf(why, XS_WHY_BYTES, "the kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	else if (why)
		snprintf(why, XS_WHY_BYTES,
			 "userfaultfd needs root, access to /dev/userfaultfd, or "
			 "sysctl vm.unprivileged_userfaultfd=1");
	return fd;
}

static int open_stack(struct xs_stack *s)
{
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)s->base, .len = s->bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int rc = xs_stack_open_anonymous(s);

	if (rc)
		return rc;
	/* Present before it is watched: calibration needs no resolver. */
	for (size_t at = 0; at < s->bytes; at += 4096)
		((volatile uint8_t *)s->base)[at] = 0;
	s->fd = open_uffd();
	return s->fd < 0 ? s->fd : ioctl_raw(s->fd, UFFDIO_REGISTER, &reg);
}

/* Sit on the fault until a neighbour has used the CPU, or the time is over. */
static void hold(const struct xs_stack *s)
{
	const uint64_t from_ns = xs_now_ns();
	const uint64_t seen = s->neighbour ? *s->neighbour : 0;

	while (xs_now_ns() - from_ns < (uint64_t)s->hold_us * 1000) {
		if (s->neighbour && *s->neighbour - seen >= 2)
			return;
		xs_sleep_us(s->hold_us < NAP_US ? s->hold_us : NAP_US);
	}
}

static int resolve(struct xs_stack *s)
{
	struct pollfd fds = { .fd = s->fd, .events = POLLIN };
	struct uffdio_zeropage zero = { .range.len = 4096 };
	struct uffd_msg msg = { 0 };
	long rc = xs_syscall3(SYS_poll, (long)&fds, 1, POLL_MS);

	if (rc <= 0)
		return rc == -EINTR ? 0 : (int)rc;
	rc = xs_syscall3(SYS_read, s->fd, (long)&msg, sizeof(msg));
	if (rc < 0)
		return rc == -EAGAIN ? 0 : (int)rc;
	if (rc != sizeof(msg) || msg.event != UFFD_EVENT_PAGEFAULT)
		return 0;
	hold(s);
	zero.range.start = msg.arg.pagefault.address & ~4095ull;
	rc = ioctl_raw(s->fd, UFFDIO_ZEROPAGE, &zero);
	if (rc == -EEXIST)
		rc = ioctl_raw(s->fd, UFFDIO_WAKE, &zero.range);
	return rc < 0 ? (int)rc : 1;
}

const struct xs_stack_fault xs_stack_uffd_missing = {
	.name = "uffd-missing",
	.summary = "userfaultfd keeps the fault open while others use the CPU",
	.resolver = true,
	.supported = supported,
	.open = open_stack,
	.close = xs_stack_close_fd,
	.arm = xs_stack_drop,
	.resolve = resolve,
};
