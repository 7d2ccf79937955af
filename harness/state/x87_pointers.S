/* SPDX-License-Identifier: GPL-2.0-only */
/* x87-pointers: x87-env and FOP, FIP, FDP. Needs XSAVE, and a CPU that keeps them. */
#include "state/asm.h"

/*
 * void xs_state_x87_pointers_load(const void *image, const uint32_t *offsets)
 * As xs_state_x87_env_load(): the same XRSTOR loads them.
 */
XS_FUNCTION(xs_state_x87_pointers_load)
	jmp	xs_state_x87_env_load
XS_END(xs_state_x87_pointers_load)

/*
 * uint64_t xs_state_x87_pointers_check(const void *image, const uint32_t *offsets, void *scratch)
 * As xs_state_x87_env_check(); then 1 for FOP or FIP, 2 for FDP. The check of a
 * class before this one must execute no x87 instruction but control instructions:
 * any other would set all three. Clobbers: rax, r8, scratch, flags.
 */
XS_FUNCTION(xs_state_x87_pointers_check)
	call	xs_state_x87_env_check
	testq	%rax, %rax
	jnz	9f
	movl	$1, %eax
	movzwl	XS_IMAGE_FOP(%rdi), %r8d
	cmpw	%r8w, XS_IMAGE_FOP(%rdx)
	jne	9f
	movq	XS_IMAGE_FIP(%rdi), %r8
	cmpq	%r8, XS_IMAGE_FIP(%rdx)
	jne	9f
	movl	$2, %eax
	movq	XS_IMAGE_FDP(%rdi), %r8
	cmpq	%r8, XS_IMAGE_FDP(%rdx)
	jne	9f
	xorl	%eax, %eax
9:	ret
XS_END(xs_state_x87_pointers_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#error "few CPUs keep them; to find out takes as long a program again"
#endif
