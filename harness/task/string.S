/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions that a compiler calls as it likes, to copy, clear and compare structures (GCC's
 * manual, "Standards"; bcmp() is clang's). libc's use vector registers, which here are under
 * test. Only the program itself takes these: libraries have libc's.
 */
#define FUNCTION(name)                                                                             \
	.globl name;                                                                               \
	.hidden name;                                                                              \
	.type name, @function;                                                                     \
	name:
#define END(name) .size name, . - name

	.text
FUNCTION(memmove)
	mov	%rdi, %rax
	sub	%rsi, %rax
	cmp	%rdx, %rax
	jae	memcpy		/* to lies below from, or behind its end */
	mov	%rdi, %rax
	mov	%rdx, %rcx
	lea	-1(%rdi, %rdx), %rdi
	lea	-1(%rsi, %rdx), %rsi
	std
	rep	movsb
	cld
	ret
END(memmove)

FUNCTION(memcpy)
	mov	%rdi, %rax
	mov	%rdx, %rcx
	rep	movsb
	ret
END(memcpy)

FUNCTION(memset)
	mov	%rdi, %r8
	mov	%esi, %eax
	mov	%rdx, %rcx
	rep	stosb
	mov	%r8, %rax
	ret
END(memset)

FUNCTION(bcmp)
FUNCTION(memcmp)
	xor	%ecx, %ecx
1:	cmp	%rdx, %rcx
	je	2f
	movzbl	(%rdi, %rcx), %eax
	movzbl	(%rsi, %rcx), %r8d
	inc	%rcx
	sub	%r8d, %eax
	je	1b
	ret
2:	xor	%eax, %eax
	ret
END(memcmp)
END(bcmp)

	.section .note.GNU-stack, "", @progbits
