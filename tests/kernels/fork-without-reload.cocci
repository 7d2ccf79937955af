// SPDX-License-Identifier: GPL-2.0-only
// Never released: fork() saves the registers into the child although they may
// not be the parent's at that moment. If another task has used them since the
// parent entered the kernel, the child gets that task's state.
// file: arch/x86/kernel/fpu/core.c
@@
@@
  fpu_clone(...)
  {
  <...
- if (test_thread_flag(TIF_NEED_FPU_LOAD))
-	fpregs_restore_userregs();
  ...>
  }
