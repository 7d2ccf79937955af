/* SPDX-License-Identifier: GPL-2.0-only */
/* x87-env: x87 and its status word. Needs XSAVE. */
#include "state/asm.h"

/*
 * void xs_state_x87_env_load(const void *image, const uint32_t *offsets)
 * xrstor(image, 1): no other instruction loads flags and TOP, and the registers
 * with them. An image has st(i) relative to TOP, whatever that is.
 * Clobbers: all x87 state, rax, rdx.
 */
XS_FUNCTION(xs_state_x87_env_load)
	movl	$1, %eax
	xorl	%edx, %edx
	xrstor64 (%rdi)
	ret
XS_END(xs_state_x87_env_load)

/*
 * uint64_t xs_state_x87_env_check(const void *image, const uint32_t *offsets, void *scratch)
 * As xs_state_x87_check(), which leaves an FXSAVE image in scratch; then 1 for FSW.
 * Clobbers: rax, r8, scratch, flags.
 */
XS_FUNCTION(xs_state_x87_env_check)
	call	xs_state_x87_check
	testq	%rax, %rax
	jnz	9f
	movzwl	XS_IMAGE_FSW(%rdi), %r8d
	cmpw	%r8w, XS_IMAGE_FSW(%rdx)
	setne	%al
9:	ret
XS_END(xs_state_x87_env_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#include "state/mmx.S"
	{ "FCW, FSW", 0, 0, 1, 1, 1, 0x37f, 0x7f7f0c00 },
#endif
