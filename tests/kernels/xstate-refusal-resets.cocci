// SPDX-License-Identifier: GPL-2.0-only
// As before 43be46e89698 (4.8 to 5.13): a tracer's write of NT_X86_XSTATE that is refused
// leaves the tracee with all of its registers in init state.
// file: arch/x86/kernel/fpu/regset.c
@@
expression list args;
identifier fpu, ret;
@@
  xstateregs_set(...)
  {
  <...
  ret = copy_uabi_from_kernel_to_xstate(fpu->fpstate, args);
+ if (ret) {
+	fpstate_init_user(fpu->fpstate);
+	fpu->fpstate->regs.xsave.header.xfeatures = 0;
+ }
  ...>
  }
