// SPDX-License-Identifier: GPL-2.0-only
// Never released: fork() copies the parent's state in memory, although the
// registers hold a newer one. The child starts with the state that the parent
// had at its last context switch.
// file: arch/x86/kernel/fpu/core.c
@@
identifier src_fpu, dst_fpu;
@@
  fpu_clone(...)
  {
  ...
  struct fpu *src_fpu = ...;
  <...
- if (test_thread_flag(TIF_NEED_FPU_LOAD))
-	fpregs_restore_userregs();
- save_fpregs_to_fpstate(dst_fpu);
+ memcpy(&dst_fpu->fpstate->regs, &src_fpu->fpstate->regs,
+	 dst_fpu->fpstate->size);
  ...>
  }
