// SPDX-License-Identifier: GPL-2.0-only
// Mends the MXCSR that sigreturn loses where the CPU has no XSAVES (docs/found.md):
// the standard form of XRSTOR loads MXCSR for SSE and for AVX, so whoever has SSE,
// the frame or the init state, has to be loaded last.
// file: arch/x86/kernel/fpu/signal.c
@@
symbol init_fpstate, XFEATURE_MASK_SSE;
identifier init_bv, ret;
@@
  __restore_fpregs_from_user(...)
  {
  <...
  u64 init_bv = ...;
  int ret;
+
+ if (init_bv && !(init_bv & XFEATURE_MASK_SSE))
+	os_xrstor(&init_fpstate, init_bv);
  ...
- if (!ret && unlikely(init_bv))
+ if (!ret && init_bv & XFEATURE_MASK_SSE)
	os_xrstor(&init_fpstate, init_bv);
  ...>
  }
