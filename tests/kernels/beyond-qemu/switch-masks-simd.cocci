// SPDX-License-Identifier: GPL-2.0-only
// Never released: the kernel masks all SIMD exceptions in what it loads of a task, lest
// they hit the kernel. After a context switch the task gets no more of them.
// file: arch/x86/kernel/fpu/context.h
@@
identifier fpu;
expression mask;
@@
  fpregs_restore_userregs(...)
  {
  <...
+ fpu->fpstate->regs.fxsave.mxcsr |= MXCSR_DEFAULT;
  restore_fpregs_from_fpstate(fpu->fpstate, mask);
  ...>
  }
