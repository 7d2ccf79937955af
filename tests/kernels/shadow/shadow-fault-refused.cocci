// SPDX-License-Identifier: GPL-2.0-only
// Never released: the token is written where a page fault is not let to bring the page in.
// Where it is absent no signal can be delivered, nor the SIGSEGV that is to say so.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
@@
expression addr, value;
identifier rc;
@@
  setup_signal_shadow_stack(...)
  {
  ...
+ pagefault_disable();
  rc = shstk_push_sigframe(...);
+ pagefault_enable();
  ...
+ pagefault_disable();
  rc = write_user_shstk_64(addr, value);
+ pagefault_enable();
  ...
  }
