// SPDX-License-Identifier: GPL-2.0-only
// 5.2 (fixed by e751732486eb, 5.3): a virtual CPU whose thread was switched out
// inside KVM_RUN enters its guest with the registers that the CPU then has,
// which may be another task's.
// file: arch/x86/kvm/x86.c
@@
@@
  vcpu_enter_guest(...)
  {
  <...
- if (test_thread_flag(TIF_NEED_FPU_LOAD)) switch_fpu_return();
  ...>
  }
