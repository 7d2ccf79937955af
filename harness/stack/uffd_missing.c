// SPDX-License-Identifier: GPL-2.0-only
/* uffd-missing: userfaultfd holds the fault until a resolver gives the page. */
#include "stack/memory.h"
#include "stack/uffd.h"

static int supported(char *why)
{
	return xs_uffd_supported(0, "", why);
}

static int open_stack(struct xs_stack *s)
{
	const int rc = xs_stack_open_anonymous(s);

	if (rc)
		return rc;
	/* Present before it is watched: calibration needs no resolver. */
	xs_stack_touch(s);
	return xs_uffd_watch(s, 0, UFFDIO_REGISTER_MODE_MISSING);
}

static int resolve(struct xs_stack *s)
{
	struct uffdio_zeropage zero = { 0 };
	const int rc = xs_uffd_hold(s, &zero.range);

	return rc <= 0 ? rc : xs_uffd_let(s, UFFDIO_ZEROPAGE, &zero, &zero.range);
}

const struct xs_stack_fault xs_stack_uffd_missing = {
	.entry = {
		.name = "uffd-missing",
		.summary = "userfaultfd keeps the fault open while others use the CPU",
		.flags = XS_STACK_RESOLVER,
		.supported = supported,
	},
	.open = open_stack,
	.arm = xs_stack_drop,
	.resolve = resolve,
};

#ifdef XS_EXPORT /* how "export" writes it */
static int uffd;
#define stack_faults() t->faults
#define UFFD_FEATURES 0
#define UFFD_MODE UFFDIO_REGISTER_MODE_MISSING
#define UFFD_LET UFFDIO_ZEROPAGE
#define stack_drop(from, to) madvise(from, (to) - (from), MADV_DONTNEED)
#include "stack/uffd.c"
#endif
