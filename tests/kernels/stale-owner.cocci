// SPDX-License-Identifier: GPL-2.0-only
// CVE-2019-19602 as it can exist in 6.1 (fixed upstream by 59c4bd853abc): the
// read of the FPU owner may be kept in a register across the retry loop of
// copy_fpstate_to_sigframe(), where the task can be switched out.
// file: arch/x86/kernel/fpu/context.h
@@
expression owner;
@@
  fpregs_state_valid(...)
  {
  <...
- this_cpu_read(owner)
+ this_cpu_read_stable(owner)
  ...>
  }
