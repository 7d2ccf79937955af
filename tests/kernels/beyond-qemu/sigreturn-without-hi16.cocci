// SPDX-License-Identifier: GPL-2.0-only
// Never released: sigreturn's mask stems from before AVX-512. zmm16-31 of the frame
// are taken for missing ones, and come back as zeros.
// file: arch/x86/kernel/fpu/signal.c
@@
identifier xrestore;
expression features;
@@
  restore_fpregs_from_user(...)
  {
  <...
- xrestore &= features;
+ xrestore &= features & ~XFEATURE_MASK_Hi16_ZMM;
  ...>
  }
