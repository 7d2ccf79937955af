// SPDX-License-Identifier: GPL-2.0-only
// As before d10b554919d4 (6.12): sigreturn loads the task's PKRU and then reads the rest of
// the frame, which that need not let it: SIGSEGV.
// from: 6.12: earlier kernels write no such frame
// file: arch/x86/kernel/signal_64.c
@@
identifier frame;
symbol badframe, uc_flags;
expression context;
@@
  {
  ...
- if (restore_altstack(&frame->uc.uc_stack))
-	goto badframe;
  ...
  if (!restore_sigcontext(context, &frame->uc.uc_mcontext, uc_flags))
	goto badframe;
+ if (restore_altstack(&frame->uc.uc_stack))
+	goto badframe;
  ...
  }
