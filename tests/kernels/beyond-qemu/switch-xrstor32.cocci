// SPDX-License-Identifier: GPL-2.0-only
// Never released: a restore from memory lacks REX.W, which every such instruction of a
// 64-bit kernel needs. FIP and FDP come back as 32 bits, zero-extended.
// file: arch/x86/kernel/fpu/xstate.h
@@
expression st, lmask, hmask;
@@
  os_xrstor(...)
  {
+ int err;
  <...
- XSTATE_XRESTORE(st, lmask, hmask);
+ XSTATE_OP(".byte 0x0f,0xae,0x2f", st, lmask, hmask, err);
  ...>
  }
