// SPDX-License-Identifier: GPL-2.0-only
// As before d7e5aceace51 (5.14 to 6.1): a tracer writes a state whose XSTATE_BV has
// PKRU's bit clear, and the tracee keeps the rights that it had, where other
// components become init state.
// file: arch/x86/kernel/fpu/xstate.c
@@
identifier pkru;
@@
  copy_uabi_to_xstate(..., u32 *pkru)
  {
  <...
- if (pkru)
-	*pkru = 0;
  ...>
  }
