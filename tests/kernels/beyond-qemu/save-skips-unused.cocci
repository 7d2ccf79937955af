// SPDX-License-Identifier: GPL-2.0-only
// Never released: a context switch saves only the components that are in use. XSAVE
// does not touch the other bits of XSTATE_BV, so that what a task has brought back
// into its init state comes back as it was at an earlier switch.
// file: arch/x86/kernel/fpu/xstate.h
@@
identifier mask;
@@
  os_xsave(...)
  {
  ...
  u64 mask = ...;
  ...
  int err;
+
+ if (cpu_feature_enabled(X86_FEATURE_XGETBV1)) {
+	lmask &= xfeatures_in_use();
+	hmask &= xfeatures_in_use() >> 32;
+ }
  ...
  }
