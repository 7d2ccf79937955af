// SPDX-License-Identifier: GPL-2.0-only
// No bug: PKRU behaves as a dynamic component does (AMX's tiles), on any CPU
// that has it. A task's frames lack it, and are smaller, until the task has
// changed it for the first time. A forked child has what its parent had.
// file: arch/x86/kernel/fpu/xstate.c
// file: arch/x86/kernel/fpu/xstate.h
// file: arch/x86/kernel/fpu/signal.c
// file: arch/x86/kernel/fpu/regset.c
// file: arch/x86/kernel/fpu/core.c
@@
symbol fpu_user_cfg, XFEATURE_MASK_USER_DYNAMIC, XFEATURE_MASK_PKRU;
@@
- fpu_user_cfg.default_features &= ~XFEATURE_MASK_USER_DYNAMIC;
+ fpu_user_cfg.default_features &= ~(XFEATURE_MASK_USER_DYNAMIC | XFEATURE_MASK_PKRU);

@@
@@
  #include <asm/fpu/xstate.h>
+ #include <asm/pkru.h>

@@
identifier init = xstate_init_xcomp_bv;
@@
  static inline void init(...) { ... }
+
+ static inline struct fpstate *late_pkru(struct fpstate *fpstate, u32 pkru)
+ {
+	if (cpu_feature_enabled(X86_FEATURE_OSPKE) && pkru != pkru_get_init_value()) {
+		fpstate->user_xfeatures |= XFEATURE_MASK_PKRU;
+		fpstate->user_size = fpu_user_cfg.max_size;
+	}
+	return fpstate;
+ }

@@
expression fpstate;
@@
  fpu__alloc_mathframe(...)
  {
  <...
- xstate_sigframe_size(fpstate)
+ xstate_sigframe_size(late_pkru(fpstate, read_pkru()))
  ...>
  }

@@
symbol target;
@@
  xstateregs_get(...)
  {
  <...
+ late_pkru(target->thread.fpu.fpstate,
+	    target == current ? read_pkru() : target->thread.pkru);
  sync_fpstate(...);
  ...>
  }

@@
symbol target;
@@
  xstateregs_set(...)
  {
  <...
+ late_pkru(target->thread.fpu.fpstate, target->thread.pkru);
  fpu_force_restore(...);
  ...>
  }

@@
symbol dst_fpu, src_fpu;
@@
  fpu_clone(...)
  {
  <...
  fpstate_reset(...);
+ dst_fpu->fpstate->user_size = src_fpu->fpstate->user_size;
+ dst_fpu->fpstate->user_xfeatures = src_fpu->fpstate->user_xfeatures;
  ...>
  }

// From 6.12 on PKRU is written to the frame by itself.
@@
@@
  update_pkru_in_sigframe(...)
  {
  <...
- if (unlikely(!cpu_feature_enabled(X86_FEATURE_OSPKE)))
+ if (!(current->thread.fpu.fpstate->user_xfeatures & XFEATURE_MASK_PKRU))
    return 0;
  ...>
  }
