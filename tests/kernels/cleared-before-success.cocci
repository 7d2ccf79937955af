// SPDX-License-Identifier: GPL-2.0-only
// Up to 3.17, fixed upstream by 66463db4fc56 and df24fb859a4e: the registers
// were reset for the handler as soon as the fpstate was in the frame. When
// the rest of the frame cannot be written, the SIGSEGV that follows saves that
// reset state as the task's own.
// file: arch/x86/kernel/fpu/signal.c
@@
symbol true;
@@
  copy_fpstate_to_sigframe(...)
  {
  <...
+ fpu__clear_user_states(&current->thread.fpu);
  return true;
  ...>
  }
