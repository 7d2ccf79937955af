// SPDX-License-Identifier: GPL-2.0-only
// A plausible slip: sigreturn believes a frame that is larger than the task's
// own, as one of a machine with more components is. By contract such a frame
// holds x87 and SSE alone.
// file: arch/x86/kernel/fpu/signal.c
@@
identifier sw;
expression before, behind, size;
@@
  check_xstate_in_sigframe(...)
  {
  <...
  if (before ||
-     sw->xstate_size > size ||
      behind) goto setfx;
  ...>
  }
