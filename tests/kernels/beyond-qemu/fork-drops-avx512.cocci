// SPDX-License-Identifier: GPL-2.0-only
// Never released: fork() treats AVX-512 as it does AMX, as lost across a call, to keep
// the clock of the child's CPU up. But zmm0-15 and the masks are a program's as xmm are.
// file: arch/x86/kernel/fpu/core.c
@@
identifier dst_fpu;
@@
  fpu_clone(...)
  {
  <...
- dst_fpu->fpstate->regs.xsave.header.xfeatures &= ~XFEATURE_MASK_PASID;
+ dst_fpu->fpstate->regs.xsave.header.xfeatures &=
+	~(XFEATURE_MASK_PASID | XFEATURE_MASK_AVX512);
  ...>
  }
