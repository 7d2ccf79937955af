// SPDX-License-Identifier: GPL-2.0-only
// Never released: sigreturn takes whatever lies on the shadow stack for its token, with the bit
// that tells it from a return address or without.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
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
