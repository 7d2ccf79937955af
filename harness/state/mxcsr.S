/* SPDX-License-Identifier: GPL-2.0-only */
/* MXCSR: SSE control and status. Needs SSE, which x86-64 has. */
#include "state/asm.h"

/*
 * void xs_state_mxcsr_load(const void *image, const uint32_t *offsets)
 * ldmxcsr(image->mxcsr). Clobbers: MXCSR.
 */
XS_FUNCTION(xs_state_mxcsr_load)
	ldmxcsr	XS_IMAGE_MXCSR(%rdi)
	ret
XS_END(xs_state_mxcsr_load)

/*
 * uint64_t xs_state_mxcsr_check(const void *image, const uint32_t *offsets, void *scratch)
 * return stmxcsr() != image->mxcsr. Clobbers: rax, r8, scratch.
 */
XS_FUNCTION(xs_state_mxcsr_check)
	stmxcsr	(%rdx)
	movl	(%rdx), %r8d
	xorl	%eax, %eax
	cmpl	XS_IMAGE_MXCSR(%rdi), %r8d
	setne	%al
	ret
XS_END(xs_state_mxcsr_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "MXCSR", 1, 3, 1, 1, 1, 0x1f80, 0x603f },
#endif
