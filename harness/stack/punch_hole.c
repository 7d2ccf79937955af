// SPDX-License-Identifier: GPL-2.0-only
/* punch-hole: fallocate(FALLOC_FL_PUNCH_HOLE) in a memfd; shmem's fault path. */
#include <fcntl.h>
#include <linux/falloc.h>

#include "stack/memory.h"

static int arm(struct xs_stack *s)
{
	return (int)xs_syscall6(SYS_fallocate, s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				s->drop - s->base, (long)s->drop_bytes, 0, 0);
}

static int supported(char *why)
{
	return xs_why(xs_stack_try(xs_stack_open_memfd, arm), why, "a memfd with holes: %m");
}

const struct xs_stack_fault xs_stack_punch_hole = {
	.entry = {
		.name = "punch-hole",
		.summary = "fallocate(FALLOC_FL_PUNCH_HOLE) in a shared memfd",
		.flags = XS_STACK_SHARED,
		.supported = supported,
	},
	.open = xs_stack_open_memfd,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include "stack/memory.c"
#include "stack/parts/memfd.c"
#define stack_drop(from, to) fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, \
				       (from) - t->stack, (to) - (from))
#endif
