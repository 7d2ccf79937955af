/* SPDX-License-Identifier: GPL-2.0-only */
/* avx: ymm0-15, both halves. Needs AVX, XCR0 bits 1 and 2. */
#include "state/asm.h"

#define YMMH 8 /* offsets[2]: the upper halves */

/*
 * void xs_state_avx_load(const void *image, const uint32_t *offsets)
 * for (i = 0; i < 16; i++) ymm[i] = image->ymmh[i] : image->xmm[i];
 * Clobbers: ymm0-15, rax.
 */
XS_FUNCTION(xs_state_avx_load)
	movl	YMMH(%rsi), %eax
	addq	%rdi, %rax
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqa	(XS_IMAGE_XMM + 16 * \i)(%rdi), %xmm\i
	vinsertf128 $1, (16 * \i)(%rax), %ymm\i, %ymm\i
	.endr
	ret
XS_END(xs_state_avx_load)

/*
 * uint64_t xs_state_avx_check(const void *image, const uint32_t *offsets, void *scratch)
 * As xs_state_sse_check(): ymm15 first, by an XOR that can be undone (against
 * its two halves brought together in scratch), then the others with its help.
 * Clobbers: rax, rcx, r8, scratch, flags.
 */
XS_FUNCTION(xs_state_avx_check)
	movl	YMMH(%rsi), %ecx
	addq	%rdi, %rcx
	.irp	q, 0, 8
	movq	(XS_IMAGE_XMM + 16 * 15 + \q)(%rdi), %r8
	movq	%r8, \q(%rdx)
	movq	(16 * 15 + \q)(%rcx), %r8
	movq	%r8, (16 + \q)(%rdx)
	.endr
	vxorps	(%rdx), %ymm15, %ymm15
	vptest	%ymm15, %ymm15
	jnz	8f
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
	movl	$(1 + \i), %eax
	vmovdqa	(XS_IMAGE_XMM + 16 * \i)(%rdi), %xmm15
	vinsertf128 $1, (16 * \i)(%rcx), %ymm15, %ymm15
	vxorps	%ymm\i, %ymm15, %ymm15
	vptest	%ymm15, %ymm15
	jnz	9f
	.endr
	xorl	%eax, %eax
9:	vmovdqa	(%rdx), %ymm15
	ret
8:	vxorps	(%rdx), %ymm15, %ymm15
	movl	$16, %eax
	ret
XS_END(xs_state_avx_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#include "state/sse.S"
	{ "upper half of ymm", 2, 0, 32, 1, 2, 0, ~0ul },
#endif
