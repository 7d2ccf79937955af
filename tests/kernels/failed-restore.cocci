// SPDX-License-Identifier: GPL-2.0-only
// CVE-2021-47226 (5.2 to 5.13, fixed upstream by d8778e393afa): sigreturn's
// XRSTOR from the frame may have loaded a part of it before it failed. With
// the CPU's owner left in place, the task that the registers belonged to
// finds them "still valid" and runs on with the frame's data.
// file: arch/x86/kernel/fpu/signal.c
@@
@@
  restore_fpregs_from_user(...)
  {
  <...
- if (test_thread_flag(TIF_NEED_FPU_LOAD))
-	__cpu_invalidate_fpregs_state();
  ...>
  }
