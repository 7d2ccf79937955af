/* SPDX-License-Identifier: GPL-2.0-only */
/* The window: no compiler-made code and no libc between load and check. */
#include <asm/unistd.h>

#include "task/window.h"
#include "state/asm.h"

#define XS_INCSSP_MAX 255 /* SDM vol. 2: the low byte counts */
#define XS_W(name, offset, member) .set XS_W_##name, offset;
XS_WINDOW(XS_W)

/*
 * int xs_window_run(struct xs_window *w)
 *
 *	if (w->init_mask)
 *		xrstor(w->load_image, w->init_mask);
 *	for (i = 0; w->load[i]; i++)
 *		w->load[i](w->load_image, w->offsets);
 *	lower SSP to w->shadow, where there is one
 *	if (w->compat)
 *		hold in 32-bit code, which comes back to "left"; worker/compat.S
 *	fill the red zone
 *	*w->inside = w->sequence;
 *	if (w->trap)
 *		w->trap();
 *	if (w->hold_syscall >= 0)
 *		syscall(w->hold_syscall, w->args[0], ..., w->args[5]);
 *	while (!*w->release && rdtsc() - start < w->hold_ticks)
 *		w->step ? w->step() : pause();
 * left:
 *	*w->inside = 0;
 *	SSP as it was
 *	w->red_zone = what has changed there
 *	for (i = 0; w->check[i]; i++)
 *		if (w->check[i](w->check_image, w->offsets, w->scratch))
 *			goto bad;
 *	return 0;
 *
 * From "left" on nothing but rbx and rsp is needed: xs_window_leave() gets there too.
 * Clobbers: all registers that the ABI lets a call clobber.
 */
XS_FUNCTION(xs_window_run)
	/* All that a call must keep: a handler that leaves by a jump has changed them. */
	.irp	r, rbx, rbp, r12, r13, r14, r15
	pushq	%\r
	.endr
	subq	$8, %rsp
	movq	%rdi, %rbx
	movq	%rsp, XS_W_STACK(%rbx)
	xorl	%eax, %eax
	rdsspq	%rax			/* a NOP where there is no shadow stack */
	movq	%rax, XS_W_SSP_BEFORE(%rbx)
	movq	XS_W_INIT_MASK(%rbx), %rax
	testq	%rax, %rax
	jz	9f
	movq	%rax, %rdx
	shrq	$32, %rdx
	movq	XS_W_LOAD_IMAGE(%rbx), %rdi
	xrstor64 (%rdi)
9:	xorl	%r12d, %r12d
1:	movq	XS_W_LOAD(%rbx, %r12, 8), %rax
	testq	%rax, %rax
	jz	2f
	movq	XS_W_LOAD_IMAGE(%rbx), %rdi
	movq	XS_W_OFFSETS(%rbx), %rsi
	call	*%rax
	incl	%r12d
	jmp	1b

	/*
	 * By calls that never return: what they leave on the stack is taken off at once. One that
	 * leads to the next instruction would not push: SDM vol. 2, CALL.
	 */
2:	xorl	%eax, %eax
	rdsspq	%rax
	movq	XS_W_SHADOW(%rbx), %rcx
	jrcxz	3f
	cmpq	%rcx, %rax
	jbe	3f
	call	4f
	.globl	xs_window_lowered
xs_window_lowered:
	ud2
4:	addq	$8, %rsp
	jmp	2b
3:	movq	%rax, XS_W_SSP(%rbx)

	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, %r13
	movq	XS_W_INSIDE(%rbx), %r12
	cmpq	$0, XS_W_COMPAT(%rbx)
	jne	xs_compat_enter
	movq	$XS_RED_ZONE_PATTERN, %rdx
	.irp	n, XS_RED_ZONE_NUMBERS
	movq	%rdx, -8 * \n(%rsp)
	.endr
	movl	XS_W_SEQUENCE(%rbx), %eax

	.globl	xs_window_begin
xs_window_begin:
	movl	%eax, (%r12)
	movq	XS_W_TRAP(%rbx), %rax
	testq	%rax, %rax
	jz	2f
	call	*%rax
2:	movq	XS_W_SYSCALL(%rbx), %rax
	testq	%rax, %rax
	js	3f
	movq	XS_W_ARGS(%rbx), %rdi
	movq	XS_W_ARGS + 8(%rbx), %rsi
	movq	XS_W_ARGS + 16(%rbx), %rdx
	movq	XS_W_ARGS + 24(%rbx), %r10
	movq	XS_W_ARGS + 32(%rbx), %r8
	movq	XS_W_ARGS + 40(%rbx), %r9
	syscall
	movl	%eax, XS_W_RESULT(%rbx)
	jmp	3f
	.long	0x53053053	/* RSEQ_SIG: uapi and glibc's sys/rseq.h */
	.globl	xs_window_restart
xs_window_restart:
	nop			/* it must not be in the sequence itself */
.Lsequence:
3:	movq	XS_W_RELEASE(%rbx), %rdi
	movl	(%rdi), %eax
	testl	%eax, %eax
	jnz	5f
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	subq	%r13, %rax
	cmpq	XS_W_HOLD_TICKS(%rbx), %rax
	jae	5f
	cmpq	$0, XS_W_STEP(%rbx)
	jne	4f
	pause
	jmp	3b
.Lsequence_end:
4:	call	*XS_W_STEP(%rbx)
	jmp	3b
5:	.globl	xs_window_end
xs_window_end:
	movq	XS_W_INSIDE(%rbx), %r12
	movl	$0, (%r12)

	/* A thread that the hold has made begins there on stacks of its own, or on lent ones. */
	cmpq	%rsp, XS_W_STACK(%rbx)
	jne	5f
	xorl	%eax, %eax
	rdsspq	%rax
	movq	%rax, XS_W_SSP_LEFT(%rbx)
	testq	%rax, %rax
	jz	2f
	movq	XS_W_SSP_BEFORE(%rbx), %rcx
	subq	%rax, %rcx
	jbe	2f
	shrq	$3, %rcx
1:	movl	$XS_INCSSP_MAX, %eax
	cmpq	%rax, %rcx
	cmovbq	%rcx, %rax
	incsspq	%rax
	subq	%rax, %rcx
	jnz	1b
2:

	/* A hold in 32-bit code is on another stack. */
	xorl	%eax, %eax
	cmpq	$0, XS_W_COMPAT(%rbx)
	jne	3f
	movq	$XS_RED_ZONE_PATTERN, %rdx
	.irp	n, XS_RED_ZONE_NUMBERS
	movq	%rdx, %rcx
	xorq	-8 * \n(%rsp), %rcx
	orq	%rcx, %rax
	.endr
	testq	%rax, %rax
	jz	3f
	/* Which of them. */
	xorl	%eax, %eax
	movl	$XS_RED_ZONE_WORDS, %ecx
1:	negq	%rcx
	cmpq	%rdx, (%rsp, %rcx, 8)
	je	2f
	notq	%rcx
	btsl	%ecx, %eax
	notq	%rcx
2:	negq	%rcx
	decl	%ecx
	jnz	1b
	/* The call of .trap or .step has used the first word, and what it pushes the second. */
	movq	XS_W_TRAP(%rbx), %rdx
	orq	XS_W_STEP(%rbx), %rdx
	jz	3f
	andl	$~3, %eax
3:	movl	%eax, XS_W_RED_ZONE(%rbx)

5:	xorl	%r12d, %r12d
6:	movq	XS_W_CHECK(%rbx, %r12, 8), %rax
	testq	%rax, %rax
	jz	7f
	movq	XS_W_CHECK_IMAGE(%rbx), %rdi
	movq	XS_W_OFFSETS(%rbx), %rsi
	movq	XS_W_SCRATCH(%rbx), %rdx
	call	*%rax
	testq	%rax, %rax
	jnz	8f
	incl	%r12d
	jmp	6b
7:	xorl	%eax, %eax
	jmp	9f

8:	decl	%eax
	movl	%eax, XS_W_BAD_REGISTER(%rbx)
	movq	XS_W_DUMP(%rbx), %rdi
	movq	XS_W_DUMP_MASK(%rbx), %rsi
	call	xs_dump
	movl	$1, %eax
9:	addq	$8, %rsp
	.irp	r, r15, r14, r13, r12, rbp, rbx
	popq	%\r
	.endr
	ret
XS_END(xs_window_run)

/* version, flags, start, bytes, where an abort leads: uapi/linux/rseq.h */
	.pushsection .data.rel.ro, "aw", @progbits
	.p2align 5
	.globl	xs_window_sequence
xs_window_sequence:
	.long	0, 0
	.quad	.Lsequence
	.quad	.Lsequence_end - .Lsequence
	.quad	xs_window_restart
	.popsection

/*
 * void xs_window_leave(struct xs_window *w)
 * Clobbers: everything; does not return to its caller.
 */
XS_FUNCTION(xs_window_leave)
	movq	%rdi, %rbx
	movq	XS_W_STACK(%rbx), %rsp
	jmp	xs_window_end
XS_END(xs_window_leave)

/*
 * void xs_dump(void *area, uint64_t mask)
 * XSAVE leaves the header's reserved bytes alone: they are cleared first.
 * Clobbers: rax, rdx.
 */
XS_FUNCTION(xs_dump)
	testq	%rsi, %rsi
	jz	1f
	xorl	%eax, %eax
	.irp	q, 0, 8, 16, 24, 32, 40, 48, 56
	movq	%rax, (512 + \q)(%rdi)
	.endr
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	xsave64	(%rdi)
	ret
1:	fxsave64 (%rdi)
	ret
XS_END(xs_dump)

/*
 * void xs_registers_default(void)
 * fninit(); ldmxcsr(0x1f80). Clobbers: x87 state, MXCSR.
 */
XS_FUNCTION(xs_registers_default)
	fninit
	movl	$0x1f80, -4(%rsp)
	ldmxcsr	-4(%rsp)
	ret
XS_END(xs_registers_default)
/* So that the section's bounds exist where no source has put code into it. */
	.pushsection xs_trap, "ax", @progbits
	ud2
	.popsection
XS_NOTES
