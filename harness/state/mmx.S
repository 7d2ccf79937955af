/* SPDX-License-Identifier: GPL-2.0-only */
/* mmx: mm0-7, the significands of the x87 registers. Needs MMX, which x86-64 has. */
#include "state/asm.h"

#define ENV_FSW 4 /* FNSTENV's 28 bytes: SDM vol. 1, 8.1.10 */
#define ENV_FTW 8

/*
 * void xs_state_mmx_load(const void *image, const uint32_t *offsets)
 * fninit(); for (i = 0; i < 8; i++) mm[i] = image->st[i];
 * TOP is 0 and all tags are valid from the first MOVQ on.
 * Clobbers: mm0-7, x87 state.
 */
XS_FUNCTION(xs_state_mmx_load)
	fninit
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movq	(XS_IMAGE_ST + 16 * \i)(%rdi), %mm\i
	.endr
	ret
XS_END(xs_state_mmx_load)

/*
 * uint64_t xs_state_mmx_check(const void *image, const uint32_t *offsets, void *scratch)
 *
 *	if (abridged(env->tags) != image->ftw || env->top)
 *		return 1;
 *	for (i = 0; i < 8; i++)
 *		if (mm[i] != image->st[i])
 *			return 1 + i;
 *	return 0;
 *
 * The tags come first, since MOVQ makes them all valid, and TOP 0; FLDENV puts
 * them back as they were. A tag of 11 is empty; FXSAVE's form has a 0 for it.
 * Clobbers: rax, rcx, r8, scratch, flags, FIP, FDP, FOP.
 */
XS_FUNCTION(xs_state_mmx_check)
	fnstenv	(%rdx)
	movzwl	ENV_FTW(%rdx), %ecx
	movl	%ecx, %r8d
	shrl	%r8d
	andl	%r8d, %ecx
	andl	$0x5555, %ecx		/* one bit in two: empty */
	.irp	n, 1, 2, 4		/* 8 of 16 bits, brought together */
	movl	%ecx, %r8d
	shrl	$\n, %r8d
	orl	%r8d, %ecx
	.if	\n == 1
	andl	$0x3333, %ecx
	.elseif	\n == 2
	andl	$0x0f0f, %ecx
	.endif
	.endr
	notl	%ecx
	movl	$1, %eax
	cmpb	%cl, 4(%rdi)
	jne	9f
	testl	$0x3800, ENV_FSW(%rdx)	/* TOP */
	jnz	9f
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movl	$(1 + \i), %eax
	movq	%mm\i, %r8
	cmpq	(XS_IMAGE_ST + 16 * \i)(%rdi), %r8
	jne	9f
	.endr
	xorl	%eax, %eax
9:	fldenv	(%rdx)
	ret
XS_END(xs_state_mmx_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "st", 0, 4, 8, 2, 1, 0, ~0ul },
#endif
