/* SPDX-License-Identifier: GPL-2.0-only */
/* opmask: k0-7, all 64 bits. Needs AVX512BW, XCR0 bit 5. */
#include "state/asm.h"

#define OPMASK 20 /* offsets[5] */

/*
 * void xs_state_opmask_load(const void *image, const uint32_t *offsets)
 * for (i = 0; i < 8; i++) k[i] = image->k[i]; Clobbers: k0-7, rax.
 */
XS_FUNCTION(xs_state_opmask_load)
	movl	OPMASK(%rsi), %eax
	addq	%rdi, %rax
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	(8 * \i)(%rax), %k\i
	.endr
	ret
XS_END(xs_state_opmask_load)

/*
 * uint64_t xs_state_opmask_check(const void *image, const uint32_t *offsets, void *scratch)
 * for (i = 0; i < 8; i++) if (k[i] != image->k[i]) return 1 + i; return 0;
 * Clobbers: rax, rcx, r8, flags.
 */
XS_FUNCTION(xs_state_opmask_check)
	movl	OPMASK(%rsi), %ecx
	addq	%rdi, %rcx
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movl	$(1 + \i), %eax
	kmovq	%k\i, %r8
	cmpq	(8 * \i)(%rcx), %r8
	jne	9f
	.endr
	xorl	%eax, %eax
9:	ret
XS_END(xs_state_opmask_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "k", 5, 0, 8, 1, 1, 0, ~0ul },
#endif
