// SPDX-License-Identifier: GPL-2.0-only
// As before c8161e5304ab (6.12 to 6.18): a CPU without extended features has none to list in
// NT_X86_XSAVE_LAYOUT, which counts as an error, and the core file ends there.
// from: 6.12: earlier kernels have no such note
// guest: --cpu max,-avx,-mpx,-pku
// file: arch/x86/kernel/fpu/xstate.c
@@
identifier n;
@@
  elf_coredump_extra_notes_write(...)
  {
  ...
  n = dump_xsave_layout_desc(...);
- if (n < 0)
+ if (!n)
	return 1;
  ...
  }
