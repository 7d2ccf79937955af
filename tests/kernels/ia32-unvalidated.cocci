// SPDX-License-Identifier: GPL-2.0-only
// CVE-2021-47227 (fixed upstream by 484cea4f362e): a 32-bit sigreturn copied
// the frame over the task's state before it looked at the header. A header
// that it then refuses stays there, as XSAVE never writes its reserved bytes:
// from then on each restore fails and leaves the task the init state.
// file: arch/x86/kernel/fpu/signal.c
@@
expression tsk, frame;
@@
  __fpu_restore_sig(...)
  {
  <...
- copy_sigframe_from_user_to_xstate(tsk, frame)
+ (!cpu_feature_enabled(X86_FEATURE_XCOMPACTED) &&
+  __copy_from_user(&tsk->thread.fpu.fpstate->regs.xsave, frame,
+		   tsk->thread.fpu.fpstate->user_size)) ||
+ copy_sigframe_from_user_to_xstate(tsk, frame)
  ...>
  }
