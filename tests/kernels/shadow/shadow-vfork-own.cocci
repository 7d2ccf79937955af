// SPDX-License-Identifier: GPL-2.0-only
// Never released: a child as vfork() makes it gets a shadow stack of its own. It cannot return
// from where it was made.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
@@
identifier flags, shstk;
@@
  shstk_alloc_thread_stack(...)
  {
  ...
- if (flags & CLONE_VFORK) {
-	shstk->base = 0;
-	shstk->size = 0;
-	return 0;
- }
  ...
  }
