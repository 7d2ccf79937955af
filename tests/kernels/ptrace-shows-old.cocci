// SPDX-License-Identifier: GPL-2.0-only
// As before 471f0aa7fa64 (6.2): what a tracer reads of a component in its init state
// is what the kernel's buffer last held of it, not init state. XSTATE_BV has its
// bit clear; debuggers and checkpointers look at the bytes.
// file: arch/x86/kernel/fpu/xstate.c
@@
symbol mask, header, fpstate;
@@
  __copy_xstate_to_uabi_buf(...)
  {
  <...
- mask = header.xfeatures;
+ mask = fpstate->user_xfeatures;
  ...>
  }
