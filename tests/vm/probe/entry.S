/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a multiboot loader (QEMU's -kernel, syslinux's mboot.c32) enters the probe: to 64-bit mode
 * with memory mapped as it is, and what happens at an exception.
 */
	.section .multiboot, "a"
	.balign	4
	.long	0x1badb002, 0, -0x1badb002 /* magic, no flags, and what makes the sum 0 */

	.text
	.code32
	.globl	_start
_start:
	cli
	mov	$stack_end, %esp
	mov	$0x80000000, %eax
	cpuid
	cmp	$0x80000001, %eax
	jb	only_32bit
	mov	$0x80000001, %eax
	cpuid
	bt	$29, %edx /* LM */
	jnc	only_32bit

	movl	$level3 + 3, level4
	movl	$level2 + 3, level3
	mov	$0x83, %eax /* 2 MiB, writable, present */
	mov	$level2, %edi
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	cmp	$level2_end, %edi
	jb	1b
	mov	$level4, %eax
	mov	%eax, %cr3
	mov	%cr4, %eax
	or	$0x620, %eax /* PAE, OSFXSR, OSXMMEXCPT */
	mov	%eax, %cr4
	mov	$0xc0000080, %ecx /* EFER */
	rdmsr
	bts	$8, %eax /* LME */
	wrmsr
	mov	%cr0, %eax
	and	$~0xc, %eax /* EM, TS */
	or	$0x80000022, %eax /* PG, NE, MP */
	mov	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$8, $1f

	.code64
1:	xor	%eax, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lea	idt(%rip), %rdi
	lea	vectors(%rip), %rax
1:	mov	%ax, (%rdi) /* an interrupt gate at 0..4 GiB */
	movw	$8, 2(%rdi)
	movw	$0x8e00, 4(%rdi)
	mov	%eax, %edx
	shr	$16, %edx
	mov	%dx, 6(%rdi)
	add	$16, %rdi
	add	$16, %rax
	lea	vectors_end(%rip), %rdx
	cmp	%rdx, %rax
	jb	1b
	lidt	idt_pointer(%rip)
	call	xs_probe
1:	hlt
	jmp	1b

	/* Says so in the host's words (tests/vm/stream.h), and that this is all. */
	.code32
only_32bit:
	mov	$0x2fb, %edx
	mov	$3, %al
	out	%al, %dx /* 8 bits a byte */
	mov	$said, %esi
	mov	$said_end - said, %ecx
2:	mov	$0x2fd, %edx
3:	in	%dx, %al
	test	$0x20, %al
	jz	3b
	mov	$0x2f8, %edx
	lodsb
	out	%al, %dx
	loop	2b
4:	hlt
	jmp	4b

	/* An exception goes on at xs_recover, where the probe has said so. */
	.code64
	.balign	16
vectors:
	.set	vector, 0
	.rept	32
	.balign	16
	.if	!(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
	push	$0 /* where the CPU pushes no error code */
	.endif
	push	$vector
	jmp	caught
	.set	vector, vector + 1
	.endr
	.balign	16
vectors_end:

caught:	push	%rax
	mov	8(%rsp), %eax
	mov	%eax, xs_caught(%rip)
	xor	%eax, %eax
	xchg	%rax, xs_recover(%rip)
	test	%rax, %rax
	jz	1f
	mov	%rax, 24(%rsp)
	pop	%rax
	add	$16, %rsp
	iretq
1:	mov	24(%rsp), %rdi
	mov	8(%rsp), %esi
	and	$-16, %rsp
	call	xs_probe_lost

	.section .rodata
	.balign	8
gdt:	.quad	0, 0x00209a0000000000 /* 64-bit code */
gdt_pointer:
	.word	15
	.long	gdt
	.balign	8
	.word	0, 0, 0
idt_pointer:
	.word	32 * 16 - 1
	.quad	idt
said:	.ascii	"\nxsavage-vm 1\no"
	.long	2f - 1f
1:	.ascii	"only 32-bit\n"
2:	.ascii	"x\4\0\0\0\0\0\0\0"
said_end:

	.bss
	.balign	4096
level4:	.skip	4096
level3:	.skip	4096
level2:	.skip	4096
level2_end:
idt:	.skip	32 * 16
	.skip	16384
	.balign	16
stack_end:
	.globl	xs_recover, xs_caught
	.balign	8
xs_recover:
	.skip	8
xs_caught:
	.skip	4
	.section .note.GNU-stack, "", @progbits
