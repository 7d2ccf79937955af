/* SPDX-License-Identifier: GPL-2.0-only */
/* apx: r16-31, which APX adds to the general registers. Needs APX_F, XCR0 bit 19. */
#include "state/asm.h"

#define EGPR 76 /* offsets[19] */

#define LOAD	0x8b /* mov r64, r/m64 */
#define COMPARE 0x3b /* cmp r64, r/m64 */

/*
 * "opcode 8 * i(%rdi), %r(16 + i)" in bytes: binutils know REX2 from 2.42 on. Of its second
 * byte bit 6 and bit 2 are bits 4 and 3 of the register, bit 3 is W.
 */
.macro REX2 opcode, i
	.byte	0xd5, 0x48 | (\i & 8) >> 1, \opcode, 0x47 | (\i & 7) << 3, 8 * \i
.endm

/*
 * void xs_state_apx_load(const void *image, const uint32_t *offsets)
 * for (i = 0; i < 16; i++) r[16 + i] = image->egpr[i]; Clobbers: r16-31, rax, rdi, flags.
 */
XS_FUNCTION(xs_state_apx_load)
	movl	EGPR(%rsi), %eax
	addq	%rax, %rdi
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	REX2	LOAD, \i
	.endr
	ret
XS_END(xs_state_apx_load)

/*
 * uint64_t xs_state_apx_check(const void *image, const uint32_t *offsets, void *scratch)
 * for (i = 0; i < 16; i++) if (r[16 + i] != image->egpr[i]) return 17 + i; return 0;
 * Clobbers: rax, rdi, flags.
 */
XS_FUNCTION(xs_state_apx_check)
	movl	EGPR(%rsi), %eax
	addq	%rax, %rdi
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movl	$(17 + \i), %eax
	REX2	COMPARE, \i
	jne	9f
	.endr
	xorl	%eax, %eax
9:	ret
XS_END(xs_state_apx_check)
XS_NOTES

#ifdef XS_EXPORT /* how "export" writes it */
	{ "r16 + ", 19, 0, 16, 1, 1, 0, ~0ul },
#endif
