// SPDX-License-Identifier: GPL-2.0-only
// Never released: execve() resets of AVX and up what XINUSE says is in use. But the
// registers may be another task's by then: what that one does not use the new program
// keeps of the old one's.
// file: arch/x86/kernel/fpu/core.c
@@
expression fpu, size;
@@
  fpu_reset_fpregs(...)
  {
  <...
- memcpy(&fpu->fpstate->regs, &init_fpstate.regs, size);
+ if (cpu_feature_enabled(X86_FEATURE_XGETBV1)) {
+	fpu->fpstate->regs.fxsave = init_fpstate.regs.fxsave;
+	fpu->fpstate->regs.xsave.header.xfeatures &= ~xfeatures_in_use();
+ } else {
+	memcpy(&fpu->fpstate->regs, &init_fpstate.regs, size);
+ }
  ...>
  }
