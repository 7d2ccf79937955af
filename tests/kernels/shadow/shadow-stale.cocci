// SPDX-License-Identifier: GPL-2.0-only
// Never released: SSP is written to the CPU without a look at whether the task's registers
// are still there. The token's page fault may have let another task have it: what is
// written then is lost when they are loaded.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
@@
@@
  setup_signal_shadow_stack(...)
  {
  ...
- fpregs_lock_and_load();
+ fpregs_lock();
  ...
  }
