// SPDX-License-Identifier: GPL-2.0-only
// Never released: XSTATE_BV of a frame stays as XSAVE wrote it. Programs older than
// XSAVE edit x87 and SSE without a look at it: where the bit is clear, sigreturn
// loses what they wrote.
// file: arch/x86/kernel/fpu/signal.c
@@
identifier xfeatures;
@@
  save_xstate_epilog(...)
  {
  <...
- xfeatures |= XFEATURE_MASK_FPSSE;
  ...>
  }
