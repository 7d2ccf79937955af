// SPDX-License-Identifier: GPL-2.0-only
/* touch: page faults of the task's own. */
#include <errno.h>
#include <sys/mman.h>

#include "task/hold.h"

#define PAGE 4096u

/*
 * A page is dropped, and a store finds it gone. Where it cannot be dropped, as with mlockall(),
 * there is no fault to count. The count is what the thread's page faults less these tell of the
 * signal stack's.
 */
XS_HOLD_STEP(touch, "	movq	XS_W_OWN(%rbx), %rdi\n"
		    "	movl	$4096, %esi\n"
		    "	movl	$4, %edx\n"  /* MADV_DONTNEED */
		    "	movl	$28, %eax\n" /* SYS_madvise */
		    "	syscall\n"
		    "	testl	%eax, %eax\n"
		    "	jnz	1f\n"
		    "	orq	$1, XS_W_FAULTS(%rbx)\n"
		    "	movq	%rdi, (%rdi)\n"
		    "	incq	XS_W_FAULTS(%rbx)\n"
		    "1:\n");

static int open_page(uint64_t *own)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -errno;
	*own = (uintptr_t)page;
	return 0;
}

static void close_page(uint64_t own)
{
	munmap((void *)(uintptr_t)own, PAGE);
}

const struct xs_hold xs_hold_touch = {
	.entry = {
		.name = "touch",
		.summary = "drops a page and writes to it: a page fault of its own, again and again",
		.flags = XS_HOLD_STEPS | XS_X86_64,
	},
	XS_STEPS(touch),
	.open = open_page,
	.close = close_page,
};

#ifdef XS_EXPORT /* how "export" writes it */
#error "its page faults would count as the signal stack's"
#endif
