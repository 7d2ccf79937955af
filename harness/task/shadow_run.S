/* SPDX-License-Identifier: GPL-2.0-only */
/* Onto a shadow stack and back: what called this has its return addresses on another one, or none. */
#include <asm/unistd.h>

#include "state/asm.h"

/* uapi/asm/prctl.h, since 6.6 */
#define ARCH_SHSTK_ENABLE  0x5001
#define ARCH_SHSTK_DISABLE 0x5002
#define ARCH_SHSTK_SHSTK   1

/* long xs_shadow_run(void (*fn)(void *), void *arg) */
XS_FUNCTION(xs_shadow_run)
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	movq	%rdi, %rbp
	movq	%rsi, %rbx
	xorl	%r12d, %r12d
	rdsspq	%r12
	testq	%r12, %r12
	jnz	1f
	movl	$ARCH_SHSTK_ENABLE, %edi
	movl	$ARCH_SHSTK_SHSTK, %esi
	movl	$__NR_arch_prctl, %eax
	syscall
	testq	%rax, %rax
	jnz	3f
1:	movq	%rbx, %rdi
	call	*%rbp
	testq	%r12, %r12
	jnz	2f
	movl	$ARCH_SHSTK_DISABLE, %edi
	movl	$ARCH_SHSTK_SHSTK, %esi
	movl	$__NR_arch_prctl, %eax
	syscall
2:	xorl	%eax, %eax
3:	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
XS_END(xs_shadow_run)
XS_NOTES
