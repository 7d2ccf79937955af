// SPDX-License-Identifier: GPL-2.0-only
/* kernel: a system call that uses the FPU in the kernel, again and again. */
#include <errno.h>
#include <stdlib.h>

#include "task/fpu_call.h"
#include "task/hold.h"

_Static_assert(sizeof(long) == 8 && XS_FPU_CALL_BYTES == 4096, "what the step knows");

XS_HOLD_STEP(kernel, "	movq	XS_W_OWN(%rbx), %rcx\n"
		     "	movq	(%rcx), %rax\n"	  /* .number, */
		     "	movq	8(%rcx), %rdi\n"  /* .fd, */
		     "	movq	16(%rcx), %rsi\n" /* .data, */
		     "	movl	$4096, %edx\n"
		     "	movq	24(%rcx), %r10\n" /* .flags of struct xs_fpu_call */
		     "	xorl	%r8d, %r8d\n"
		     "	xorl	%r9d, %r9d\n"
		     "	syscall\n");

static int open_call(uint64_t *own)
{
	struct xs_fpu_call *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	rc = xs_fpu_call_open(c);
	if (rc)
		free(c);
	else
		*own = (uintptr_t)c;
	return rc;
}

static void close_call(uint64_t own)
{
	struct xs_fpu_call *c = (void *)(uintptr_t)own;

	xs_fpu_call_close(c);
	free(c);
}

const struct xs_hold xs_hold_kernel = {
	.entry = {
		.name = "kernel",
		.summary = "system calls in which the kernel uses the FPU itself",
		.flags = XS_HOLD_STEPS | XS_X86_64,
		.supported = xs_fpu_call_supported,
	},
	XS_STEPS(kernel),
	.open = open_call,
	.close = close_call,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "task/parts/fpu_call.c"
#define hold_kernel \
	"movl $1, %%eax; movl urandom(%%rip), %%edi; leaq written(%%rip), %%rsi; " \
	"movl $4096, %%edx; syscall"
#endif
