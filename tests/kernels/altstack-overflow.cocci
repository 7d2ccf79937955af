// SPDX-License-Identifier: GPL-2.0-only
// 2beb4a53fc3f taken back (5.14): a frame that has no room on the alternate
// stack is written all the same, over what lies below.
// file: arch/x86/kernel/signal.c
@@
identifier nested, entering, sp;
statement S;
@@
  get_sigframe(...)
  {
  <...
- if (unlikely((nested || entering) && !__on_sig_stack(sp))) S
  ...>
  }
