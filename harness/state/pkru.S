/* SPDX-License-Identifier: GPL-2.0-only */
/* pkru: the rights of protection keys. Needs OSPKE, XCR0 bit 9. */
#include "state/asm.h"

#define PKRU 36 /* offsets[9] */

/*
 * void xs_state_pkru_load(const void *image, const uint32_t *offsets)
 * wrpkru(image->pkru). Clobbers: PKRU, rax, rcx, rdx.
 */
XS_FUNCTION(xs_state_pkru_load)
	movl	PKRU(%rsi), %eax
	movl	(%rdi, %rax), %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	wrpkru
	ret
XS_END(xs_state_pkru_load)

/*
 * uint64_t xs_state_pkru_check(const void *image, const uint32_t *offsets, void *scratch)
 * return rdpkru() != image->pkru. Clobbers: rax, rcx, rdx, r8, flags.
 */
XS_FUNCTION(xs_state_pkru_check)
	movl	PKRU(%rsi), %r8d
	xorl	%ecx, %ecx
	rdpkru
	cmpl	(%rdi, %r8), %eax
	setne	%al
	movzbl	%al, %eax
	ret
XS_END(xs_state_pkru_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "PKRU", 9, 0, 1, 1, 1, 0, 0xfffffffc },
#endif
