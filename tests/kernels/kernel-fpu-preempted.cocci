// SPDX-License-Identifier: GPL-2.0-only
// Never released: kernel_fpu_begin() leaves preemption on, so that another task may
// use the registers before kernel_fpu_end(). The task's own are safe; what the
// kernel computes is not.
// guest: --append preempt=full
// file: arch/x86/kernel/fpu/core.c
@@
@@
  kernel_fpu_begin_mask(...)
  {
  <...
- preempt_disable();
  ...>
  }

@@
@@
  kernel_fpu_end(...)
  {
  <...
- preempt_enable();
  ...>
  }
