// SPDX-License-Identifier: GPL-2.0-only
/* punch-hole: fallocate(FALLOC_FL_PUNCH_HOLE) in a memfd; shmem's fault path. */
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <unistd.h>

#include "stack/memory.h"

static int supported(char *why)
{
	const int fd = memfd_create("xsavage-probe", MFD_CLOEXEC);
	int rc = fd < 0 ? -errno : 0;

	if (!rc && (ftruncate(fd, 4096) ||
		    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096)))
		rc = -errno;
	if (fd >= 0)
		close(fd);
	return xs_why(rc, why, "a memfd with holes: %m");
}

static int arm(struct xs_stack *s)
{
	return (int)xs_syscall6(SYS_fallocate, s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				s->drop - s->base, (long)s->drop_bytes, 0, 0);
}

const struct xs_stack_fault xs_stack_punch_hole = {
	.entry = {
		.name = "punch-hole",
		.summary = "fallocate(FALLOC_FL_PUNCH_HOLE) in a shared memfd",
		.flags = XS_STACK_SHARED,
		.supported = supported,
	},
	.open = xs_stack_open_memfd,
	.close = xs_stack_close_fd,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include "stack/memory.c"
#include "stack/parts/memfd.c"
#define stack_drop(from, to) fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, \
				       (from) - t->stack, (to) - (from))
#endif
