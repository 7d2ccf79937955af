// SPDX-License-Identifier: GPL-2.0-only
// As before 1c33bb0507508 (5.14), in its other half: AT_MINSIGSTKSZ leaves out fpstate, and a
// stack of that size takes no frame.
// file: arch/x86/kernel/signal.c
@@
identifier frame, state;
@@
  init_sigframe_size(...)
  {
  <...
- frame += state + MAX_XSAVE_PADDING;
  ...>
  }
