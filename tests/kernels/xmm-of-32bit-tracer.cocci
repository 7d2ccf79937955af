// SPDX-License-Identifier: GPL-2.0-only
// As 5.14 to 5.16 had it, mended by 44cad52cc14a: PTRACE_SETFPXREGS clears xmm2 to xmm9
// where it means xmm8 to xmm15, of which 32-bit tracers do not know. Here, as is meant,
// for those alone.
// file: arch/x86/kernel/fpu/regset.c
@@
expression fx;
@@
  xfpregs_set(...)
  {
  <...
- memset(&fx.xmm_space[8*4], 0, 8 * 16);
+ memset(&fx.xmm_space[8], 0, 8 * 16);
  ...>
  }
