// SPDX-License-Identifier: GPL-2.0-only
// CVE-2024-26603 (5.15 to 6.8, fixed upstream by d877550eaf2d): after a fault
// in its XRSTOR, sigreturn faulted in as much of the frame as the frame says
// that it holds. XRSTOR goes by XSTATE_BV and may need more: if that part is
// not mapped, sigreturn retries for ever and cannot be killed.
// file: arch/x86/kernel/fpu/signal.c
@@
parameter list params;
expression buf, size;
@@
  restore_fpregs_from_user(params
+ , unsigned int xstate_size
  )
  {
  <...
- fault_in_readable(buf, size)
+ fault_in_readable(buf, xstate_size)
  ...>
  }

@@
identifier features, sw;
@@
  __fpu_restore_sig(...)
  {
+ unsigned int xstate_size = sizeof(struct fxregs_state);
  <...
  features = sw.xfeatures;
+ xstate_size = sw.xstate_size;
  ...>
  }

@@
expression buf, features, fx_only;
@@
  __fpu_restore_sig(...)
  {
  <...
- restore_fpregs_from_user(buf, features, fx_only)
+ restore_fpregs_from_user(buf, features, fx_only, xstate_size)
  ...>
  }
