// SPDX-License-Identifier: GPL-2.0-only
// As before 70044df250d0 (6.12): a frame is written with the interrupted task's PKRU. Where
// that does not open the signal stack's key the handler is never run, and the task dies of
// SIGSEGV.
// from: 6.12: earlier kernels promise no more
// file: arch/x86/kernel/signal.c
@@
@@
  sig_prepare_pkru(...)
  {
  ...
- write_pkru(0);
  ...
  }
