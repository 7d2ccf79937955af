// SPDX-License-Identifier: GPL-2.0-only
// As before 145e9e0d8c6f (5.14): a debugger may write NT_PRFPREG with reserved bits of
// MXCSR set. The tracee's next XRSTOR faults, and all of its registers are reset.
// file: arch/x86/kernel/fpu/regset.c
@@
identifier newstate;
symbol mxcsr_feature_mask;
@@
  xfpregs_set(...)
  {
  <...
- if (newstate.mxcsr & ~mxcsr_feature_mask)
-	return -EINVAL;
  ...>
  }
