// SPDX-License-Identifier: GPL-2.0-only
// Never released: the token has not the bit that tells it from a return address, and
// sigreturn does not ask for it. Any return address that lies on the shadow stack could
// be given to it.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
@@
@@
- #define SHSTK_DATA_BIT BIT(63)
+ #define SHSTK_DATA_BIT 0
@@
identifier data;
@@
  get_shstk_data(...)
  {
  ...
- if (!(data & SHSTK_DATA_BIT))
-	return -EINVAL;
  ...
  }
