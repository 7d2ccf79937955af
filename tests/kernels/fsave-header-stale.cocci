// SPDX-License-Identifier: GPL-2.0-only
// Release candidates of 5.2, fixed upstream by aab8445c4e1c: the x87 part of a
// 32-bit frame is made from the task's state in memory, which was not brought
// up to date from the registers first. XMM and up are right, x87 is old.
// file: arch/x86/kernel/fpu/signal.c
@@
expression fxstate;
@@
  save_fsave_header(...)
  {
  <...
- fpregs_lock();
- if (!test_thread_flag(TIF_NEED_FPU_LOAD))
-	fxsave(fxstate);
- fpregs_unlock();
  ...>
  }
