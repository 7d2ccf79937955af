// SPDX-License-Identifier: GPL-2.0-only
// Never released: AVX-512 components that the next task does not use are not loaded,
// to spare their initialisation. They keep what the task before had in them.
// file: arch/x86/kernel/fpu/core.c
@@
identifier mask, fpstate;
expression features;
@@
  restore_fpregs_from_fpstate(struct fpstate *fpstate, u64 mask)
  {
  <...
  mask = features & mask;
+ mask &= ~XFEATURE_MASK_AVX512 | fpstate->regs.xsave.header.xfeatures;
  ...>
  }
