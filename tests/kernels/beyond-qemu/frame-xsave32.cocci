// SPDX-License-Identifier: GPL-2.0-only
// Never released: the frame is written without REX.W. It holds FIP and FDP as 32-bit
// code has them, with a segment in place of the upper half.
// file: arch/x86/kernel/fpu/xstate.h
@@
expression buf, lmask, hmask, err;
@@
  xsave_to_user_sigframe(...)
  {
  <...
- XSTATE_OP(XSAVE, buf, lmask, hmask, err);
+ XSTATE_OP(".byte 0x0f,0xae,0x27", buf, lmask, hmask, err);
  ...>
  }
