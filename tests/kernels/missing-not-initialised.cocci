// SPDX-License-Identifier: GPL-2.0-only
// Never released: sigreturn restores what the frame holds, but does not bring
// the components that it lacks into their init state. They keep whatever the
// handler left in them.
// file: arch/x86/kernel/fpu/signal.c
@@
identifier ret, init_bv;
expression missing;
statement S;
@@
  __restore_fpregs_from_user(...)
  {
  <...
- u64 init_bv = missing;
  ...
- if (!ret && unlikely(init_bv)) S
  ...>
  }
