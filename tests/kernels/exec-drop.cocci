// SPDX-License-Identifier: GPL-2.0-only
// 5.8 to 6.5, fixed upstream by 1f69383b203e: execve() gave up the registers
// of the CPU that it runs on, not the task's claim on those of the CPU that it
// ran on last. Migrated back there in time, the new program starts with the
// old one's registers.
// rare: a check need not come to it; its case does
// file: arch/x86/kernel/fpu/core.c
@@
identifier reset = {fpu_reset_fpregs, fpu_reset_fpstate_regs};
expression fpu;
@@
  reset(...)
  {
  <...
- __fpu_invalidate_fpregs_state(fpu);
+ fpu__drop(fpu);
  ...>
  }
