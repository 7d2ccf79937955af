// SPDX-License-Identifier: GPL-2.0-only
// Never released: the context switch writes PKRU only when the next task's is
// the smaller one, so that a task may run with more access than it was given
// or with less.
// file: arch/x86/kernel/process_64.c
@@
identifier prev, next;
@@
  x86_pkru_load(...)
  {
  <...
- prev->pkru != next->pkru
+ prev->pkru > next->pkru
  ...>
  }
