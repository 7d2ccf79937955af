/* SPDX-License-Identifier: GPL-2.0-only */
/* x87 as FSAVE has it, which 32-bit frames and 32-bit tracers take: SDM vol. 1, 8.1.10. */
#ifndef XS_FSAVE_H
#define XS_FSAVE_H

#include <stdint.h>

/**
 * xs_fsave_fold() - an FXSAVE image's x87 part as the FSAVE header has it
 *
 * That is what sigreturn restores x87 from. Source: convert_to_fxsr() in
 * arch/x86/kernel/fpu/regset.c.
 */
void xs_fsave_fold(uint8_t *fxsave, const uint8_t *fsave);

/** xs_fsave_unfold() - the reverse: the header says what the image does */
void xs_fsave_unfold(uint8_t *fsave, uint8_t *fxsave);

#endif
