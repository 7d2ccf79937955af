// SPDX-License-Identifier: GPL-2.0-only
// Never released: SIGFPE of a SIMD exception comes without the reason. si_code is that
// of any signal of the kernel's, and a handler cannot tell a division by zero from an
// overflow.
// file: arch/x86/kernel/traps.c
@@
expression code, address;
identifier trapnr;
@@
  math_error(..., int trapnr)
  {
  <...
- force_sig_fault(SIGFPE, code, address);
+ if (trapnr == X86_TRAP_XF)
+	force_sig(SIGFPE);
+ else
+	force_sig_fault(SIGFPE, code, address);
  ...>
  }
