/* SPDX-License-Identifier: GPL-2.0-only */
/* zmm: zmm0-31, all 512 bits. Needs AVX512F and BW, XCR0 bits 1, 2, 5, 6 and 7. */
#include "state/asm.h"

#define YMMH 8	   /* offsets[2]: bits 128-255 of zmm0-15 */
#define ZMM_HI256 24 /* offsets[6]: bits 256-511 of zmm0-15 */
#define HI16_ZMM 28  /* offsets[7]: zmm16-31 */

.macro	xs_zmm_bases
	movl	YMMH(%rsi), %r9d
	addq	%rdi, %r9
	movl	ZMM_HI256(%rsi), %r10d
	addq	%rdi, %r10
	movl	HI16_ZMM(%rsi), %r11d
	addq	%rdi, %r11
.endm

/*
 * void xs_state_zmm_load(const void *image, const uint32_t *offsets)
 * for (i = 0; i < 16; i++) zmm[i] = image->zmmh[i] : image->ymmh[i] : image->xmm[i];
 * for (i = 16; i < 32; i++) zmm[i] = image->zmm[i];
 * Clobbers: zmm0-31, r9-11.
 */
XS_FUNCTION(xs_state_zmm_load)
	xs_zmm_bases
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqa	(XS_IMAGE_XMM + 16 * \i)(%rdi), %xmm\i
	vinserti32x4 $1, (16 * \i)(%r9), %zmm\i, %zmm\i
	vinserti64x4 $1, (32 * \i)(%r10), %zmm\i, %zmm\i
	.endr
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovdqu64 (64 * (\i - 16))(%r11), %zmm\i
	.endr
	ret
XS_END(xs_state_zmm_load)

/*
 * uint64_t xs_state_zmm_check(const void *image, const uint32_t *offsets, void *scratch)
 * As xs_state_sse_check(), with zmm31 as the helper. A 512-bit test needs an
 * opmask register: k1 is kept in r8 meanwhile (the opmask class, earlier in the
 * table, has been proved by then). Clobbers: rax, rcx, r8-11, flags.
 */
XS_FUNCTION(xs_state_zmm_check)
	xs_zmm_bases
	kmovq	%k1, %r8
	vpxorq	(64 * 15)(%r11), %zmm31, %zmm31
	vptestmq %zmm31, %zmm31, %k1
	kmovw	%k1, %ecx
	testl	%ecx, %ecx
	jnz	8f
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movl	$(1 + \i), %eax
	vbroadcasti32x4 (XS_IMAGE_XMM + 16 * \i)(%rdi), %zmm31
	vinserti32x4 $1, (16 * \i)(%r9), %zmm31, %zmm31
	vinserti64x4 $1, (32 * \i)(%r10), %zmm31, %zmm31
	vpxorq	%zmm\i, %zmm31, %zmm31
	vptestmq %zmm31, %zmm31, %k1
	kmovw	%k1, %ecx
	testl	%ecx, %ecx
	jnz	9f
	.endr
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	movl	$(1 + \i), %eax
	vpxorq	(64 * (\i - 16))(%r11), %zmm\i, %zmm31
	vptestmq %zmm31, %zmm31, %k1
	kmovw	%k1, %ecx
	testl	%ecx, %ecx
	jnz	9f
	.endr
	xorl	%eax, %eax
9:	vmovdqu64 (64 * 15)(%r11), %zmm31
	kmovq	%r8, %k1
	ret
8:	vpxorq	(64 * 15)(%r11), %zmm31, %zmm31
	kmovq	%r8, %k1
	movl	$32, %eax
	ret
XS_END(xs_state_zmm_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#include "state/avx.S"
	{ "upper half of zmm", 6, 0, 64, 1, 4, 0, ~0ul },
	{ "zmm16 + ", 7, 0, 128, 1, 8, 0, ~0ul },
#endif
