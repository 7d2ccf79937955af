// SPDX-License-Identifier: GPL-2.0-only
// Never released: registers count as valid when their CPU's last owner was
// this task, even if it has run on another CPU since. A task that migrates
// there and back gets its own state of the first visit.
// file: arch/x86/kernel/fpu/context.h
@@
expression is_owner, is_last_cpu;
@@
  fpregs_state_valid(...)
  {
  <...
- return is_owner && is_last_cpu;
+ return is_owner;
  ...>
  }
