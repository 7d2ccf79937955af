/* SPDX-License-Identifier: GPL-2.0-only */
/* The 32-bit hold and the 32-bit end of the signal handler. Needs IA32_EMULATION. */
#include <asm/unistd.h>

#include "worker/compat.h"
#include "worker/keyed.h"
#include "task/window.h"
#include "state/asm.h"

#define XS_W(name, offset, member) .set XS_W_##name, offset;
XS_WINDOW(XS_W)

/* System calls by int $0x80 (arch/x86/entry/syscalls/syscall_32.tbl), sigprocmask's how. */
#define NR32_RT_SIGPROCMASK 175
#define HOW_BLOCK   0
#define HOW_UNBLOCK 1
#define ARCH_SET_FS 0x1002
#define READ_WRITE  3

/*
 * Modes change by far jumps through memory. Far returns would do, but QEMU 7.2
 * pops their operands as the supervisor, which SMAP forbids.
 */

/*
 * A part of xs_window_run(): rbx is the window. Goes to w->compat in 32-bit mode,
 * on a stack below 4 GiB, with ds and es as flat segments.
 */
XS_FUNCTION(xs_compat_enter)
	addq	XS_W_HOLD_TICKS(%rbx), %r13
	jnc	1f
	movq	$-1, %r13
1:	movq	%r13, XS_W_DEADLINE(%rbx)
	leaq	xs_compat_back(%rip), %rax
	movq	%rax, XS_W_BACK(%rbx)
	movl	$XS_USER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movq	%rsp, %rax
	shrq	$32, %rax
	jz	2f
	movq	XS_W_LOW_STACK(%rbx), %rsp
2:	ljmpl	*XS_W_COMPAT(%rbx)
XS_END(xs_compat_enter)

/* And back: the stack, and the FS base, which glibc's threads need. */
XS_FUNCTION(xs_compat_back)
	movq	XS_W_STACK(%rbx), %rsp
	movl	$__NR_arch_prctl, %eax
	movl	$ARCH_SET_FS, %edi
	movq	XS_W_FS_BASE(%rbx), %rsi
	syscall
	jmp	xs_window_end
XS_END(xs_compat_back)

	.p2align 4
	.globl	xs_compat_code
xs_compat_code:
	.code32
	movl	%ebx, %ebp
	movl	XS_W_INSIDE(%ebp), %edi
	movl	XS_W_SEQUENCE(%ebp), %eax
	movl	%eax, (%edi)
	.globl	xs_compat_begin
xs_compat_begin:
	movl	$NR32_RT_SIGPROCMASK, %eax
	movl	$HOW_UNBLOCK, %ebx
	leal	XS_W_SIGSET(%ebp), %ecx
	xorl	%edx, %edx
	movl	$8, %esi
	int	$0x80
	movl	XS_W_COMPAT_CALL(%ebp), %eax
	testl	%eax, %eax
	js	3f
	movl	XS_W_ARGS(%ebp), %ebx
	movl	XS_W_ARGS + 8(%ebp), %ecx
	movl	XS_W_ARGS + 16(%ebp), %edx
	int	$0x80
3:	movl	XS_W_RELEASE(%ebp), %edi
	cmpl	$0, (%edi)
	jne	5f
	rdtsc
	subl	XS_W_DEADLINE(%ebp), %eax
	sbbl	XS_W_DEADLINE + 4(%ebp), %edx
	jae	5f
	movl	XS_W_COMPAT_STEP(%ebp), %eax
	testl	%eax, %eax
	jnz	4f
	pause
	jmp	3b
4:	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	movl	$1, %edx
	int	$0x80
	jmp	3b
5:	movl	$NR32_RT_SIGPROCMASK, %eax
	movl	$HOW_BLOCK, %ebx
	leal	XS_W_SIGSET(%ebp), %ecx
	xorl	%edx, %edx
	movl	$8, %esi
	int	$0x80
	.globl	xs_compat_end
xs_compat_end:
	movl	%ebp, %ebx
	ljmpl	*XS_W_RETURN(%ebx)
	.code64
	.globl	xs_compat_return
xs_compat_return:
	movl	%ebx, %ebx
	jmp	*XS_W_BACK(%rbx)

/*
 * void handler(...): esp is the frame. Calls header->deliver(frame) in 64-bit
 * mode; no register that is proved is touched on the way there.
 */
/* pkey_mprotect(the signal stack, key in r10). rbx: the region. As in keyed.S. */
.macro KEY_STACK
	movq	XS_LOW_KEYED + XS_KEYED_BASE(%rbx), %rdi
	movq	XS_LOW_KEYED + XS_KEYED_BYTES(%rbx), %rsi
	movl	$READ_WRITE, %edx
	movl	$__NR_pkey_mprotect, %eax
	syscall
.endm

	.p2align 4
	.globl	xs_compat_handler
xs_compat_handler:
	.code32
	movl	%esp, %ebp
	andl	$-16, %esp
	movl	%ebp, %ebx
	andl	$-XS_LOW_BYTES, %ebx
	ljmpl	*XS_LOW_ENTER(%ebx)
	.code64
	.globl	xs_compat_enter_64
xs_compat_enter_64:
	movl	%ebp, %ebp
	movl	%ebx, %ebx
	movl	%esp, %esp
	movl	$__NR_arch_prctl, %eax
	movl	$ARCH_SET_FS, %edi
	movq	XS_LOW_FS_BASE(%rbx), %rsi
	syscall
	cmpq	$0, XS_LOW_KEYED + XS_KEYED_BYTES(%rbx)
	jz	1f
	xorl	%r10d, %r10d
	KEY_STACK
	incq	XS_LOW_KEYED + XS_KEYED_DEPTH(%rbx)
1:	movl	%ebp, %edi
	call	*XS_LOW_DELIVER(%rbx)
	movl	%ebp, %esp
	cmpq	$0, XS_LOW_KEYED + XS_KEYED_BYTES(%rbx)
	jz	2f
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	wrpkru
	decq	XS_LOW_KEYED + XS_KEYED_DEPTH(%rbx)
	jnz	2f
	movq	XS_LOW_KEYED + XS_KEYED_KEY(%rbx), %r10
	KEY_STACK
2:
	movl	XS_LOW_SIGRETURN(%rbx), %eax
	movl	XS_LOW_SKIP(%rbx), %edx
	ljmpl	*XS_LOW_LEAVE(%rbx)
	.code32
	.globl	xs_compat_leave_64
xs_compat_leave_64:
	addl	%edx, %esp
	int	$0x80
	.code64
	.globl	xs_compat_code_end
xs_compat_code_end:
XS_NOTES
