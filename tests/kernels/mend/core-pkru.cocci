// SPDX-License-Identifier: GPL-2.0-only
// Mends the PKRU of core files (docs/found.md): thread.pkru is brought up to date when its
// task is switched out, so of the task that dumps itself the register has to be read.
// open: 5.14
// file: arch/x86/kernel/fpu/xstate.c
@@
identifier to, tsk;
@@
  copy_xstate_to_uabi_buf(struct membuf to, struct task_struct *tsk, ...)
  {
  <...
- tsk->thread.pkru
+ (tsk == current ? read_pkru() : tsk->thread.pkru)
  ...>
  }
