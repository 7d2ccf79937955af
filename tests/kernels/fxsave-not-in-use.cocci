// SPDX-License-Identifier: GPL-2.0-only
// Never released: a tracer's write of NT_PRFPREG does not set the bits of x87 and SSE in
// XSTATE_BV. A tracee that has not had them in use goes on without what was written.
// file: arch/x86/kernel/fpu/regset.c
@@
identifier fpu;
@@
  xfpregs_set(...)
  {
  <...
- if (use_xsave())
-	fpu->fpstate->regs.xsave.header.xfeatures |= XFEATURE_MASK_FPSSE;
  ...>
  }
