/* SPDX-License-Identifier: GPL-2.0-only */
/* x87: st0-7, tag word and control word. Needs nothing beyond x86-64. */
#include "state/asm.h"

/*
 * void xs_state_x87_load(const void *image, const uint32_t *offsets)
 * fninit(); fldcw(image->fcw); for (i = 7; i >= 0; i--) fld(image->st[i]);
 * Clobbers: st0-7, FCW, FSW.
 */
XS_FUNCTION(xs_state_x87_load)
	fninit
	fldcw	(%rdi)
	.irp	i, 7, 6, 5, 4, 3, 2, 1, 0
	fldt	(32 + 16 * \i)(%rdi)
	.endr
	ret
XS_END(xs_state_x87_load)

/*
 * uint64_t xs_state_x87_check(const void *image, const uint32_t *offsets, void *scratch)
 * No instruction compares an 80-bit register with memory, and a full stack has
 * no room to load the expected value beside it; FXSAVE is the one way that
 * leaves the registers as they are. Returns 1 for FCW or the tags, 1 + i for st(i).
 * Clobbers: rax, r8, scratch.
 */
XS_FUNCTION(xs_state_x87_check)
	fxsave64 (%rdx)
	movl	$1, %eax
	movzwl	(%rdi), %r8d
	cmpw	%r8w, (%rdx)
	jne	9f
	movzbl	4(%rdi), %r8d
	cmpb	%r8b, 4(%rdx)
	jne	9f
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movl	$(1 + \i), %eax
	movq	(32 + 16 * \i)(%rdi), %r8
	cmpq	%r8, (32 + 16 * \i)(%rdx)
	jne	9f
	movzwl	(40 + 16 * \i)(%rdi), %r8d
	cmpw	%r8w, (40 + 16 * \i)(%rdx)
	jne	9f
	.endr
	xorl	%eax, %eax
9:	ret
XS_END(xs_state_x87_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#include "state/mmx.S"
	{ "FCW", 0, 0, 1, 1, 1, 0x37f, 0xc00 },
#endif
