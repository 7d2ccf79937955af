/* SPDX-License-Identifier: GPL-2.0-only */
/* A static ELF program that first of all dumps its registers, then writes the dump and ends. */
#include <asm/unistd.h>

#include "pressure/exec_program.h"
#include "state/asm.h"

#define TEXT 0x400000
#define AREA 0x600000 /* zeroed by the kernel, so the header's reserved bytes are 0 */
#define AREA_BYTES 11264 /* XS_IMAGE_MAX */

	.section .rodata
	.globl	xs_exec_program, xs_exec_program_end
	.balign	8
xs_exec_program:
	/* The ELF header: gABI 4.1, chapter 4. */
	.byte	0x7f, 'E', 'L', 'F', 2, 1, 1, 0	/* 64 bits, little-endian */
	.quad	0
	.word	2, 62				/* ET_EXEC, EM_X86_64 */
	.long	1
	.quad	TEXT + (start - xs_exec_program)
	.quad	headers - xs_exec_program
	.quad	0				/* no sections */
	.long	0
	.word	64, 56, 3, 64, 0, 0
headers:
	/* type, flags; offset; address, address; size in the file, in memory; alignment */
	.long	1, 5				/* PT_LOAD, R+X: all of this file */
	.quad	0, TEXT, TEXT
	.quad	xs_exec_program_end - xs_exec_program, xs_exec_program_end - xs_exec_program
	.quad	4096
	.long	1, 6				/* PT_LOAD, R+W: the dump */
	.quad	0, AREA, AREA, 0, AREA_BYTES, 4096
	.long	0x6474e551, 6			/* PT_GNU_STACK, R+W */
	.quad	0, 0, 0, 0, 0, 16
parameters:
	.quad	0	/* mask */
	.long	0	/* bytes */
	.long	0	/* fd */
	.if	parameters - xs_exec_program - XS_EXEC_PARAMETERS
	.error	"XS_EXEC_PARAMETERS is wrong"
	.endif
start:
	movl	parameters(%rip), %eax
	movl	parameters + 4(%rip), %edx
	movl	$AREA, %edi
	movl	%eax, %ecx
	orl	%edx, %ecx
	jz	1f
	xsave64	(%rdi)
	jmp	2f
1:	fxsave64 (%rdi)
2:	movl	%edi, %esi
	movl	parameters + 12(%rip), %edi
	movl	parameters + 8(%rip), %edx
	xorl	%r10d, %r10d
	movl	$__NR_pwrite64, %eax
	syscall
	xorl	%edi, %edi
	cmpl	%eax, parameters + 8(%rip)
	setne	%dil
	movl	$__NR_exit_group, %eax
	syscall
	ud2
xs_exec_program_end:
	.text
XS_NOTES
