// SPDX-License-Identifier: GPL-2.0-only
// A plausible slip: the frame's extended_size leaves magic2 out. Sigreturn does
// not mind; whoever copies a frame by it loses the word that makes it one.
// file: arch/x86/kernel/fpu/signal.c
@@
expression size;
identifier sw_bytes;
@@
  save_sw_bytes(...)
  {
  <...
- sw_bytes->extended_size = size + FP_XSTATE_MAGIC2_SIZE;
+ sw_bytes->extended_size = size;
  ...>
  }
