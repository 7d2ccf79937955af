/* SPDX-License-Identifier: GPL-2.0-only */
/* The handler of a signal stack under a protection key. Needs OSPKE. */
#include <asm/unistd.h>

#include "state/asm.h"
#include "worker/keyed.h"

#define READ_WRITE 3

	.section .tbss, "awT", @nobits
	.balign 8
	.globl xs_keyed
	.type xs_keyed, @object
	.size xs_keyed, 32
xs_keyed:
	.skip 32
	.previous

/* pkey_mprotect(the stack, key in r10). Clobbers: rax, rcx, rdx, rsi, rdi, r11. */
.macro KEY_STACK
	movq	xs_keyed@gottpoff(%rip), %rax
	movq	%fs:XS_KEYED_BASE(%rax), %rdi
	movq	%fs:XS_KEYED_BYTES(%rax), %rsi
	movl	$READ_WRITE, %edx
	movl	$__NR_pkey_mprotect, %eax
	syscall
.endm

/*
 * void xs_handle_keyed(int signo, siginfo_t *info, void *context)
 * On entry, and after the second system call but for "ret", the stack must not be touched by
 * code that PKRU need not let. The general registers come back from the frame.
 */
XS_FUNCTION(xs_handle_keyed)
	movq	%rdi, %r12
	movq	%rsi, %r13
	movq	%rdx, %r14
	xorl	%r10d, %r10d
	KEY_STACK
	movq	xs_keyed@gottpoff(%rip), %rax
	incq	%fs:XS_KEYED_DEPTH(%rax)
	movq	%r12, %rdi
	movq	%r13, %rsi
	movq	%r14, %rdx
	subq	$8, %rsp
	call	xs_handle
	addq	$8, %rsp
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	wrpkru
	movq	xs_keyed@gottpoff(%rip), %rax
	decq	%fs:XS_KEYED_DEPTH(%rax)
	jnz	1f
	movq	%fs:XS_KEYED_KEY(%rax), %r10
	KEY_STACK
1:	ret
XS_END(xs_handle_keyed)
XS_NOTES
