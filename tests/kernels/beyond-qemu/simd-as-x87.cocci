// SPDX-License-Identifier: GPL-2.0-only
// Never released: what a SIMD exception was is looked up in x87's status word. None is
// found there, so it counts as spurious: the task goes back to the instruction that
// raised it, and so on for ever.
// file: arch/x86/kernel/traps.c
@@
expression fpu, trapnr;
@@
  math_error(...)
  {
  <...
- fpu__exception_code(fpu, trapnr)
+ fpu__exception_code(fpu, X86_TRAP_MF)
  ...>
  }
