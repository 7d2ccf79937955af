// SPDX-License-Identifier: GPL-2.0-only
// A plausible slip: fpstate is aligned as the rest of the frame is, to 16 bytes,
// and not to the 64 that XSAVE needs. XSAVE then fails without a page fault,
// which the retry loop takes for one: every signal hangs its task for ever, in
// the kernel, where SIGKILL does not reach it.
// file: arch/x86/kernel/fpu/signal.c
@@
expression sp, size;
@@
  fpu__alloc_mathframe(...)
  {
  <...
- round_down(sp - size, 64)
+ round_down(sp - size, 64) - 48
  ...>
  }
