// SPDX-License-Identifier: GPL-2.0-only
// CVE-2019-19602 as 5.2 to 5.4 had it: on top of stale-owner, the frame's
// XSAVE header is cleared inside the retry loop, with page faults disabled,
// so that any missing page of the frame takes the loop round again.
// with: stale-owner.cocci
// file: arch/x86/kernel/fpu/signal.c
@@
statement S;
@@
  copy_fpstate_to_sigframe(...)
  {
  <...
- if (use_xsave()) S
  ...>
  }

@@
expression ret, frame;
expression list pkru;
@@
  copy_fpstate_to_sigframe(...)
  {
  <...
- ret = copy_fpregs_to_sigframe(frame, pkru);
+ ret = -EFAULT;
+ if (!use_xsave() ||
+     !__clear_user(frame + offsetof(struct xregs_state, header),
+		   sizeof(struct xstate_header)))
+	ret = copy_fpregs_to_sigframe(frame, pkru);
  ...>
  }
