// SPDX-License-Identifier: GPL-2.0-only
/* soft-dirty: /proc/self/clear_refs write-protects every page, to see who is written to. */
#include <fcntl.h>
#include <unistd.h>

#include "stack/memory.h"

#define PAGEMAP_SOFT_DIRTY (1ull << 55) /* Documentation/admin-guide/mm/pagemap.rst */

static int open_stack(struct xs_stack *s)
{
	const int rc = xs_stack_open_anonymous(s);

	if (rc)
		return rc;
	/* Only what is present can be protected. */
	xs_stack_touch(s);
	s->fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

static int arm(struct xs_stack *s)
{
	/* Pages of the whole process: Documentation/filesystems/proc.rst. */
	const long rc = xs_syscall3(SYS_write, s->fd, (long)"4", 1);

	if (rc < 0)
		return (int)rc;
	xs_stack_touch_kept(s);
	return 0;
}

/* A page just written to is soft-dirty, unless the kernel does not track that. */
static int tracked(struct xs_stack *s)
{
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	const off_t at = (off_t)((uintptr_t)s->base / 4096 * sizeof(uint64_t));
	uint64_t entry = 0;
	int rc = 0;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		rc = fd < 0 ? -errno : -EIO;
	if (fd >= 0)
		close(fd);
	return !rc && !(entry & PAGEMAP_SOFT_DIRTY) ? -EOPNOTSUPP : rc;
}

static int supported(char *why)
{
	const int rc = xs_stack_try(open_stack, tracked);

	return xs_why(rc, why,
		      rc == -EOPNOTSUPP
			      ? "the kernel does not track soft-dirty pages (CONFIG_MEM_SOFT_DIRTY)"
			      : "/proc/self/clear_refs and pagemap (CONFIG_PROC_PAGE_MONITOR): %m");
}

const struct xs_stack_fault xs_stack_soft_dirty = {
	.entry = {
		.name = "soft-dirty",
		.summary = "/proc/self/clear_refs: a write to the frame's pages has to be noted",
		.flags = XS_STACK_KEEPS | XS_STACK_SWEEPS,
		.supported = supported,
	},
	.open = open_stack,
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include "stack/parts/touch.c"
static void stack_drop(uint8_t *from, uint8_t *to)
{
	static int clear_refs = -1;

	if (clear_refs < 0)
		clear_refs = open("/proc/self/clear_refs", O_WRONLY);
	if (write(clear_refs, "4", 1) != 1)
		err(4, "skip: /proc/self/clear_refs");
	touch_others(from, to);
}
#endif
