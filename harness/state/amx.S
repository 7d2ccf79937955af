/* SPDX-License-Identifier: GPL-2.0-only */
/* amx: TILECFG and tmm0-7. Needs AMX-TILE, XCR0 bits 17 and 18, and the kernel's permission. */
#include "state/asm.h"

#define TILECFG	  68 /* offsets[17] */
#define TILEDATA  72 /* offsets[18] */
#define ROW	  64
#define TILE	  1024

/*
 * void xs_state_amx_load(const void *image, const uint32_t *offsets)
 * ldtilecfg(image->tilecfg); for (i = 0; i < 8; i++) tmm[i] = image->tile[i];
 * The first use after TILERELEASE, or of a task, traps: the kernel then makes
 * room for the tiles. Clobbers: TILECFG, tmm0-7, rax, rcx.
 */
XS_FUNCTION(xs_state_amx_load)
	movl	TILECFG(%rsi), %eax
	ldtilecfg (%rdi, %rax)
	movl	TILEDATA(%rsi), %eax
	addq	%rdi, %rax
	movl	$ROW, %ecx
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	tileloadd (TILE * \i)(%rax, %rcx), %tmm\i
	.endr
	ret
XS_END(xs_state_amx_load)

/*
 * uint64_t xs_state_amx_check(const void *image, const uint32_t *offsets, void *scratch)
 * No instruction compares a tile: each is stored to scratch, which leaves it as
 * it is. Returns 1 for TILECFG, 1 + 16 * i + r for row r of tmm i. Without a
 * configuration (as TILERELEASE leaves it) there are no tiles, and TILESTORED
 * would fault: then TILECFG is all there is to prove.
 * Clobbers: rax, rcx, r8-10, scratch, flags.
 */
XS_FUNCTION(xs_state_amx_check)
	movl	TILECFG(%rsi), %ecx
	addq	%rdi, %rcx
	sttilecfg (%rdx)
	movl	$1, %eax
	.irp	q, 0, 8, 16, 24, 32, 40, 48, 56
	movq	\q(%rcx), %r8
	cmpq	\q(%rdx), %r8
	jne	9f
	.endr
	cmpb	$0, (%rcx)
	je	7f
	movl	TILEDATA(%rsi), %ecx
	addq	%rdi, %rcx
	movl	$ROW, %r9d
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	tilestored %tmm\i, (%rdx, %r9)
	movl	$(1 + 16 * \i), %eax
	xorl	%r10d, %r10d
1:	movq	(TILE * \i)(%rcx, %r10), %r8
	cmpq	(%rdx, %r10), %r8
	jne	8f
	addl	$8, %r10d
	cmpl	$TILE, %r10d
	jb	1b
	.endr
7:	xorl	%eax, %eax
	ret
8:	shrl	$6, %r10d
	addl	%r10d, %eax
9:	ret
XS_END(xs_state_amx_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
#error "tiles need areas of 11 KiB, a permission, and a legal TILECFG"
#endif
