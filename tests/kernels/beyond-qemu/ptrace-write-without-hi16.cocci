// SPDX-License-Identifier: GPL-2.0-only
// Never released: of what a tracer writes zmm16-31 are not copied. They keep the bytes
// that they had, and count as written.
// file: arch/x86/kernel/fpu/xstate.c
@@
symbol hdr, mask;
identifier i;
expression last;
@@
  for (i = 0; i < last; i++) {
  <...
- hdr.xfeatures & mask
+ hdr.xfeatures & mask & ~XFEATURE_MASK_Hi16_ZMM
  ...>
  }
