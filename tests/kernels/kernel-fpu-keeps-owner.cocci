// SPDX-License-Identifier: GPL-2.0-only
// Never released: kernel_fpu_begin() saves the task's registers but leaves the
// task their owner, so that the reload on its way out is skipped and it runs
// on with what the kernel computed in them.
// file: arch/x86/kernel/fpu/core.c
@@
@@
  kernel_fpu_begin_mask(...)
  {
  <...
- __cpu_invalidate_fpregs_state();
  ...>
  }
