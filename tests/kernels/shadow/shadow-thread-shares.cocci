// SPDX-License-Identifier: GPL-2.0-only
// Never released: a new thread's copy of its creator's state keeps SSP. Both run on the
// creator's shadow stack, and the thread's own is never used.
// from: 6.6: user shadow stacks
// config: CONFIG_X86_USER_SHADOW_STACK=y
// file: arch/x86/kernel/fpu/core.c
@@
identifier state;
expression ssp;
@@
- state->user_ssp = ssp;
