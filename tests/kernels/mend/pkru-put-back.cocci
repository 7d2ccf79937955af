// SPDX-License-Identifier: GPL-2.0-only
// Mends the protection keys that stay open (docs/found.md): get_sigframe() opens
// all of them to write the frame, and what fails behind it leaves them open.
// Every such path ends in handle_signal().
// open: 6.12
// file: arch/x86/kernel/signal.c
@opens@
@@
  sig_prepare_pkru(...) { ... }

@depends on opens@
typedef u32;
identifier fpu;
symbol failed;
@@
  handle_signal(...)
  {
  ...
  struct fpu *fpu = ...;
+ u32 pkru = read_pkru();
  ...
  failed = (setup_rt_frame(...) < 0);
+ if (failed)
+	write_pkru(pkru);
  ...
  }
