// SPDX-License-Identifier: GPL-2.0-only
// Never released: a restore from memory leaves out the mask registers of AVX-512,
// which then are those of the task that ran before.
// file: arch/x86/kernel/fpu/core.c
@@
identifier mask;
expression features;
@@
  restore_fpregs_from_fpstate(...)
  {
  <...
- mask = features & mask;
+ mask = features & mask & ~XFEATURE_MASK_OPMASK;
  ...>
  }
