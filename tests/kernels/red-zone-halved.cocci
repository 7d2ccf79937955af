// SPDX-License-Identifier: GPL-2.0-only
// A plausible slip: of the 128 bytes below the stack pointer, which are the
// interrupted function's, a signal on the same stack spares 64.
// file: arch/x86/kernel/signal.c
@@
identifier sp;
@@
  get_sigframe(...)
  {
  <...
- sp -= 128;
+ sp -= 64;
  ...>
  }
