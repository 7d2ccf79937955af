// SPDX-License-Identifier: GPL-2.0-only
// Never released: a debugger's write goes to the tracee's state in memory but
// the tracee keeps its claim on the registers. If nobody else has used them
// meanwhile, it goes on with the old ones and the next save buries the write.
// file: arch/x86/kernel/fpu/regset.c
@@
expression fpu;
@@
  fpu_force_restore(...)
  {
  <...
- __fpu_invalidate_fpregs_state(fpu);
  ...>
  }
