// SPDX-License-Identifier: GPL-2.0-only
/* Reads the kernel's own coverage of a worker's thread. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "worker/behaviour.h"

#define TRACE_WORDS 65536u /* the first says how many follow */

static int fail(struct xs_kcov *k)
{
	const int error = errno;

	if (k->fd > 0)
		close(k->fd);
	*k = (struct xs_kcov){ .fd = -1 };
	return -error;
}

static int open_trace(struct xs_kcov *k)
{
	void *map;

	if (k->fd < 0)
		return -ENOENT; /* there was none */
	k->fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (k->fd < 0 || ioctl(k->fd, KCOV_INIT_TRACE, (unsigned long)TRACE_WORDS))
		return fail(k);
	map = mmap(NULL, TRACE_WORDS * sizeof(*k->trace), PROT_READ | PROT_WRITE, MAP_SHARED, k->fd,
		   0);
	if (map == MAP_FAILED)
		return fail(k);
	k->trace = map;
	return 0;
}

int xs_kcov_start(struct xs_kcov *k)
{
	const int rc = k->trace ? 0 : open_trace(k);

	if (rc)
		return rc;
	if (ioctl(k->fd, KCOV_ENABLE, (unsigned long)KCOV_TRACE_PC))
		return -errno;
	__atomic_store_n(&k->trace[0], 0, __ATOMIC_RELAXED);
	return 0;
}

void xs_kcov_stop(struct xs_kcov *k, struct xs_behaviour *b)
{
	uint64_t n, before = 0;

	if (!k->trace)
		return;
	n = __atomic_load_n(&k->trace[0], __ATOMIC_RELAXED);
	ioctl(k->fd, KCOV_DISABLE, 0);
	for (uint64_t i = 1; i <= n && i < TRACE_WORDS; i++) {
		const uint64_t edge = (k->trace[i] ^ before >> 1) * 0x9e3779b97f4a7c15u;
		uint8_t *counter = &b->kernel[edge >> 32 & (XS_KERNEL_PLACES - 1)];

		if (*counter < UINT8_MAX)
			(*counter)++;
		before = k->trace[i];
	}
}
