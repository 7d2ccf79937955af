// SPDX-License-Identifier: GPL-2.0-only
// Never released: the 32-bit NT_PRFPREG is made of the state as it lies in memory, where
// x87 in its init state is what was there before that. ptrace-shows-old, of 32-bit views.
// file: arch/x86/kernel/fpu/regset.c
@@
identifier fpu, fxsave, fx, mb;
expression target;
@@
  fpregs_get(...)
  {
  <...
- if (use_xsave()) {
-	struct membuf mb = { .p = &fxsave, .left = sizeof(fxsave) };
-	copy_xstate_to_uabi_buf(mb, target, XSTATE_COPY_FP);
-	fx = &fxsave;
- } else {
	fx = &fpu->fpstate->regs.fxsave;
- }
  ...>
  }
