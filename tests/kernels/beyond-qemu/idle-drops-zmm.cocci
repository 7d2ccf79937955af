// SPDX-License-Identifier: GPL-2.0-only
// Never released: an idle CPU gives up AVX-512 state, which keeps its clock down, as
// it gives up AMX tiles. But the registers stay those of the task that went to sleep:
// back on that CPU it runs on without them.
// file: arch/x86/kernel/process.c
// file: arch/x86/kernel/fpu/core.c
@@
@@
  arch_cpu_idle(...)
  {
+ fpu_idle_fpregs();
  x86_idle();
  }

@@
@@
  fpu_idle_fpregs(...)
  {
+ if (boot_cpu_has(X86_FEATURE_AVX512F))
+	os_xrstor(&init_fpstate, XFEATURE_MASK_AVX512);
  ...
  }
