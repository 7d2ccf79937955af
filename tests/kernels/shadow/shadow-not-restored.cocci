// SPDX-License-Identifier: GPL-2.0-only
// Never released: sigreturn reads the token, and leaves SSP where the handler's return
// has left it, at the token.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/shstk.c
@@
expression msr, ssp;
@@
  restore_signal_shadow_stack(...)
  {
  ...
- wrmsrl(msr, ssp);
  ...
  }
