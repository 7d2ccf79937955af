// SPDX-License-Identifier: GPL-2.0-only
// Never released: the frame is written by XSAVEOPT, which leaves out what is in its
// init state. XSTATE_BV of a frame always claims x87 and SSE, so that sigreturn
// loads what the stack held there before.
// file: arch/x86/kernel/fpu/xstate.h
@@
expression buf, lmask, hmask, err;
@@
  xsave_to_user_sigframe(...)
  {
  <...
- XSTATE_OP(XSAVE, buf, lmask, hmask, err);
+ if (cpu_feature_enabled(X86_FEATURE_XSAVEOPT))
+	XSTATE_OP(XSAVEOPT, buf, lmask, hmask, err);
+ else
+	XSTATE_OP(XSAVE, buf, lmask, hmask, err);
  ...>
  }
