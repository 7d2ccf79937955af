/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly files share: function frames and the stack note. */
#ifndef XS_ASM_H
#define XS_ASM_H

/* A section of its own: what faults there has registers that the kernel restores. */
#define XS_FUNCTION(name)                                                                          \
	.section xs_live, "ax", @progbits;                                                         \
	.globl name;                                                                               \
	.type name, @function;                                                                     \
	.p2align 4;                                                                                \
	name:

#define XS_END(name) .size name, .- name

/* clang-format off: it takes an assembler section for C */
#define XS_NOTES .section .note.GNU-stack, "", @progbits
/* clang-format on */

/* An image's legacy region: SDM vol. 1, 10.5.1. */
#define XS_IMAGE_FSW 2
#define XS_IMAGE_FOP 6
#define XS_IMAGE_FIP 8
#define XS_IMAGE_FDP 16
#define XS_IMAGE_MXCSR 24
#define XS_IMAGE_ST 32
#define XS_IMAGE_XMM 160

#endif
