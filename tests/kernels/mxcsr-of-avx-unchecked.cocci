// SPDX-License-Identifier: GPL-2.0-only
// Never released: reserved bits of MXCSR are looked for where x87 or SSE is in use, but
// XRSTOR loads MXCSR with AVX alone, too. A tracer's write with no more than that in
// XSTATE_BV brings them into the tracee, whose next XRSTOR faults.
// file: arch/x86/kernel/fpu/xstate.c
@@
identifier mask;
@@
  copy_uabi_to_xstate(...)
  {
  <...
- mask = XFEATURE_MASK_FP | XFEATURE_MASK_SSE | XFEATURE_MASK_YMM;
+ mask = XFEATURE_MASK_FP | XFEATURE_MASK_SSE;
  ...>
  }
