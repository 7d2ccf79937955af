// SPDX-License-Identifier: GPL-2.0-only
/* uffd-minor: the page is in the page cache, but a resolver has to let it be mapped. */
#include <unistd.h>

#include "stack/memory.h"
#include "stack/uffd.h"

static int supported(char *why)
{
	const int rc = xs_stack_memfd_supported(why);

	return rc ? rc
		  : xs_uffd_supported(UFFD_FEATURE_MINOR_SHMEM,
				      "minor faults of shared memory (Linux 5.14)", why);
}

static int open_stack(struct xs_stack *s)
{
	int rc = xs_stack_open_memfd(s);

	if (rc)
		return rc;
	/* In the page cache, or the fault is none of the watched kind. */
	xs_stack_touch(s);
	xs_stack_close_fd(s);
	return xs_uffd_watch(s, UFFD_FEATURE_MINOR_SHMEM, UFFDIO_REGISTER_MODE_MINOR);
}

static int resolve(struct xs_stack *s)
{
	struct uffdio_continue map = { .mode = 0 };
	const int rc = xs_uffd_hold(s, &map.range);

	return rc <= 0 ? rc : xs_uffd_let(s, UFFDIO_CONTINUE, &map, &map.range);
}

const struct xs_stack_fault xs_stack_uffd_minor = {
	.entry = {
		.name = "uffd-minor",
		.summary = "userfaultfd keeps a fault on a shared memfd open, reads too",
		.flags = XS_STACK_SHARED | XS_STACK_RESOLVER | XS_STACK_KEEPS | XS_STACK_RESTORES,
		.supported = supported,
	},
	.open = open_stack,
	.arm = xs_stack_drop,
	.resolve = resolve,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "stack/parts/memfd.c"
static int uffd;
#define stack_faults() t->faults
#define UFFD_FEATURES UFFD_FEATURE_MINOR_SHMEM
#define UFFD_MODE UFFDIO_REGISTER_MODE_MINOR
#define UFFD_LET UFFDIO_CONTINUE
#define stack_drop(from, to) madvise(from, (to) - (from), MADV_DONTNEED)
#include "stack/uffd.c"
#endif
