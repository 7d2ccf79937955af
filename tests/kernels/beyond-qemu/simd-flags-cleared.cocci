// SPDX-License-Identifier: GPL-2.0-only
// Never released: the handler of SIMD exceptions clears the flags of the one that it
// has reported, as it once did for x87. The frame no longer says which it was.
// file: arch/x86/kernel/fpu/core.c
@@
identifier mxcsr;
expression err;
@@
  fpu__exception_code(...)
  {
  <...
  err = ~(mxcsr >> 7) & mxcsr;
+ fpregs_lock();
+ if (!test_thread_flag(TIF_NEED_FPU_LOAD))
+	ldmxcsr(mxcsr & ~0x3f);
+ fpregs_unlock();
  ...>
  }
