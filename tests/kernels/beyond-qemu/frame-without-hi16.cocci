// SPDX-License-Identifier: GPL-2.0-only
// Never released: the features that a frame has by default end before the last of
// AVX-512's. zmm16-31 are in no frame: a handler that uses them, uses its caller's.
// file: arch/x86/kernel/fpu/xstate.c
@@
symbol fpu_user_cfg, XFEATURE_MASK_USER_DYNAMIC, XFEATURE_MASK_Hi16_ZMM;
@@
- fpu_user_cfg.default_features &= ~XFEATURE_MASK_USER_DYNAMIC;
+ fpu_user_cfg.default_features &= ~(XFEATURE_MASK_USER_DYNAMIC | XFEATURE_MASK_Hi16_ZMM);
