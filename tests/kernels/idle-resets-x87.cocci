// SPDX-License-Identifier: GPL-2.0-only
// Never released: an idle CPU puts its x87 unit into init state, to spare power, as it
// releases AMX's tiles. But the registers stay those of the task that went to sleep: back
// on that CPU it runs on with an empty stack and the initial control word.
// file: arch/x86/kernel/process.c
// file: arch/x86/kernel/fpu/core.c
@@
@@
  arch_cpu_idle(...)
  {
+ fpu_idle_fpregs();
  ...
  }

@@
@@
  fpu_idle_fpregs(...)
  {
+ if (boot_cpu_has(X86_FEATURE_XSAVE))
+	os_xrstor(&init_fpstate, XFEATURE_MASK_FP);
  ...
  }
