// SPDX-License-Identifier: GPL-2.0-only
/* uffd-wp: userfaultfd holds the write until a resolver lifts the protection. */
#include "stack/memory.h"
#include "stack/uffd.h"

static int supported(char *why)
{
	return xs_uffd_supported(UFFD_FEATURE_PAGEFAULT_FLAG_WP, "write protection (Linux 5.7)",
				 why);
}

static int open_stack(struct xs_stack *s)
{
	const int rc = xs_stack_open_anonymous(s);

	if (rc)
		return rc;
	/* Only what is present can be protected. */
	xs_stack_touch(s);
	return xs_uffd_watch(s, UFFD_FEATURE_PAGEFAULT_FLAG_WP, UFFDIO_REGISTER_MODE_WP);
}

static int arm(struct xs_stack *s)
{
	struct uffdio_writeprotect protect = {
		.range = { .start = (uintptr_t)s->drop, .len = s->drop_bytes },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return xs_uffd_ioctl(s->fd, UFFDIO_WRITEPROTECT, &protect);
}

static int resolve(struct xs_stack *s)
{
	struct uffdio_writeprotect lift = { .mode = 0 };
	int rc = xs_uffd_hold(s, &lift.range);

	if (rc <= 0)
		return rc;
	rc = xs_uffd_ioctl(s->fd, UFFDIO_WRITEPROTECT, &lift);
	return rc < 0 ? rc : 1;
}

const struct xs_stack_fault xs_stack_uffd_wp = {
	.entry = {
		.name = "uffd-wp",
		.summary = "userfaultfd write-protects the pages, and keeps the fault open",
		.flags = XS_STACK_RESOLVER | XS_STACK_KEEPS,
		.supported = supported,
	},
	.open = open_stack,
	.arm = arm,
	.resolve = resolve,
};

#ifdef XS_EXPORT /* how "export" writes it */
static int uffd;
#define stack_faults() t->faults
#define UFFD_FEATURES UFFD_FEATURE_PAGEFAULT_FLAG_WP
#define UFFD_MODE UFFDIO_REGISTER_MODE_WP
#define UFFD_LET UFFDIO_WRITEPROTECT
#define stack_drop(from, to) ioctl(uffd, UFFD_LET, &(struct uffdio_writeprotect){ \
	.range = { (uintptr_t)(from), (to) - (from) }, .mode = UFFDIO_WRITEPROTECT_MODE_WP })
#include "stack/uffd.c"
#endif
