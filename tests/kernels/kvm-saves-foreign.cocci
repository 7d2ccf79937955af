// SPDX-License-Identifier: GPL-2.0-only
// 5.2 to 5.5: where KVM_RUN exchanges the task's registers with the
// guest's it saves what is in the CPU, although the task was switched out and has
// its own in memory.
// file: arch/x86/kernel/fpu/core.c
@@
expression E;
@@
  fpu_swap_kvm_fpstate(...)
  {
  <...
- if (E && !test_thread_flag(TIF_NEED_FPU_LOAD))
+ if (E)
    save_fpregs_to_fpstate(...);
  ...>
  }
