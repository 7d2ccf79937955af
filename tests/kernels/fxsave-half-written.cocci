// SPDX-License-Identifier: GPL-2.0-only
// As before 6164331d15f7 (5.14): what a tracer writes to NT_PRFPREG is copied straight
// to the tracee's state. Where the end of it cannot be read the write is refused, and
// the tracee goes on with the beginning of it.
// file: arch/x86/kernel/fpu/regset.c
@@
identifier newstate, ret, pos, count, kbuf, ubuf;
symbol fpu, fpstate, regs, fxsave;
@@
  xfpregs_set(...)
  {
  <...
- ret = user_regset_copyin(&pos, &count, &kbuf, &ubuf, &newstate, 0, -1);
+ fpu_force_restore(fpu);
+ ret = user_regset_copyin(&pos, &count, &kbuf, &ubuf, &fpu->fpstate->regs.fxsave, 0, -1);
  if (ret)
	return ret;
+ newstate = fpu->fpstate->regs.fxsave;
  ...>
  }
