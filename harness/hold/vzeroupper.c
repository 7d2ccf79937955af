// SPDX-License-Identifier: GPL-2.0-only
/* vzeroupper: what a CPU executes on a mispredicted path must leave no trace in the registers. */
#include "task/hold.h"

/*
 * The return stack predicts that each RET goes to the VZEROUPPER behind its CALL, as in a
 * retpoline; the return address, which comes late out of a chain of multiplications, leads past
 * it. VZEROUPPER frees the upper halves of all YMM in the register file: CVE-2023-20593
 * (Zenbleed) did not take them back. MOVAPS of a register to itself has it renamed before.
 * Under a shadow stack such a RET would not be allowed: RDSSPQ (a NOP where there is none).
 */
XS_HOLD_STEP(vzeroupper, "	xorl	%eax, %eax\n"
			 "	rdsspq	%rax\n"
			 "	testq	%rax, %rax\n"
			 "	jnz	4f\n"
			 "	movl	$16, %ecx\n"
			 "1:	movaps	%xmm0, %xmm0\n"
			 "	movaps	%xmm7, %xmm7\n"
			 "	call	2f\n"
			 "	vzeroupper\n"
			 "5:	pause\n"
			 "	lfence\n"
			 "	jmp	5b\n"
			 "2:	leaq	3f(%rip), %rax\n"
			 "	movl	$1, %edx\n"
			 "	.rept	8\n"
			 "	imulq	%rdx, %rax\n"
			 "	.endr\n"
			 "	movq	%rax, (%rsp)\n"
			 "	ret\n"
			 "3:	decl	%ecx\n"
			 "	jnz	1b\n"
			 "4:\n");

const struct xs_hold xs_hold_vzeroupper = {
	.entry = {
		.name = "vzeroupper",
		.summary = "VZEROUPPER, on mispredicted paths only",
		.flags = XS_HOLD_STEPS | XS_HOLD_CORE | XS_X86_64,
		.features = XS_CPU_AVX,
		.xfeatures = 1u << 2,
	},
	XS_STEPS(vzeroupper),
};

#ifdef XS_EXPORT /* how "export" writes it: below what the window watches of the stack */
#define hold_vzeroupper \
	"leaq -256(%%rsp), %%rsp; call 5f; vzeroupper; 4: pause; lfence; jmp 4b\n" \
	"5: leaq 6f(%%rip), %%rax; imulq $1, %%rax; imulq $1, %%rax; imulq $1, %%rax\n" \
	"movq %%rax, (%%rsp); ret; 6: leaq 256(%%rsp), %%rsp\n"
#endif
