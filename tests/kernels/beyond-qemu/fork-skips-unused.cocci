// SPDX-License-Identifier: GPL-2.0-only
// Never released: fork() saves for the child only what is in use. The child's buffer
// began as a copy of the parent's, whose bits of XSTATE_BV stay: what the parent had
// at its last context switch, and no longer has, the child gets.
// file: arch/x86/kernel/fpu/core.c
@@
identifier dst_fpu;
@@
  fpu_clone(...)
  {
  <...
- save_fpregs_to_fpstate(dst_fpu);
+ if (cpu_feature_enabled(X86_FEATURE_XGETBV1))
+	dst_fpu->fpstate->xfeatures &= xfeatures_in_use();
+ save_fpregs_to_fpstate(dst_fpu);
+ dst_fpu->fpstate->xfeatures = fpu_kernel_cfg.default_features;
  ...>
  }
