/* SPDX-License-Identifier: GPL-2.0-only */
/* sse: xmm0-15 by legacy instructions, which keep the upper halves. Needs SSE2, as x86-64 has. */
#include "state/asm.h"

/*
 * void xs_state_sse_load(const void *image, const uint32_t *offsets)
 * for (i = 0; i < 16; i++) xmm[i] = image->xmm[i]; Clobbers: xmm0-15.
 */
XS_FUNCTION(xs_state_sse_load)
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqa	(XS_IMAGE_XMM + 16 * \i)(%rdi), %xmm\i
	.endr
	ret
XS_END(xs_state_sse_load)

/*
 * uint64_t xs_state_sse_check(const void *image, const uint32_t *offsets, void *scratch)
 * xmm15 is proved first, by an XOR in place that can be undone, and then helps
 * to prove the others: for each i, every dword of xmm15 = image->xmm[i] must
 * equal xmm[i]. Every register is as it was found when this returns.
 * Clobbers: rax, rcx, r8, flags.
 */
XS_FUNCTION(xs_state_sse_check)
	pxor	(XS_IMAGE_XMM + 16 * 15)(%rdi), %xmm15
	movq	%xmm15, %r8
	pshufd	$0x4e, %xmm15, %xmm15
	movq	%xmm15, %rcx
	pshufd	$0x4e, %xmm15, %xmm15
	orq	%rcx, %r8
	jnz	8f
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
	movl	$(1 + \i), %eax
	movdqa	(XS_IMAGE_XMM + 16 * \i)(%rdi), %xmm15
	pcmpeqd	%xmm\i, %xmm15
	pmovmskb %xmm15, %ecx
	cmpl	$0xffff, %ecx
	jne	9f
	.endr
	xorl	%eax, %eax
9:	movdqa	(XS_IMAGE_XMM + 16 * 15)(%rdi), %xmm15
	ret
8:	pxor	(XS_IMAGE_XMM + 16 * 15)(%rdi), %xmm15
	movl	$16, %eax
	ret
XS_END(xs_state_sse_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "xmm", 1, 20, 32, 1, 2, 0, ~0ul },
#endif
