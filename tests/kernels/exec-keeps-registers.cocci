// SPDX-License-Identifier: GPL-2.0-only
// Never released: execve() does not reset the registers. The new program
// starts with those of the old one.
// file: arch/x86/kernel/fpu/core.c
@@
identifier reset = {fpu_reset_fpregs, fpu_reset_fpstate_regs};
@@
  fpu_flush_thread(...)
  {
  <...
- reset();
  ...>
  }
