// SPDX-License-Identifier: GPL-2.0-only
// dc8aa31a7ac2 (6.16), reverted upstream by 44eeff9bc467: the second magic
// word is looked for where the kernel would have put it, not where the frame
// says that it is. A smaller frame, which is legal, loses all that it holds
// beyond x87 and SSE.
// file: arch/x86/kernel/fpu/signal.c
@@
expression frame;
identifier sw;
@@
  check_xstate_in_sigframe(...)
  {
  <...
- frame + sw->xstate_size
+ frame + current->thread.fpu.fpstate->user_size
  ...>
  }
