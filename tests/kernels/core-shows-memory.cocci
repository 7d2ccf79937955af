// SPDX-License-Identifier: GPL-2.0-only
// A task that dumps itself has its registers in the CPU: whoever reads its fpstate in
// memory without a save first, sees those of its last context switch. Where the kernel
// uses the FPU on the way, as BLAKE2s with SSSE3 did each time, they are saved all the same.
// guest: --append clearcpuid=137
// file: arch/x86/kernel/fpu/regset.c
@@
@@
  sync_fpstate(...)
  {
- if (...)
-	fpu_sync_fpstate(...);
  }
