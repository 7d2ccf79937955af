// SPDX-License-Identifier: GPL-2.0-only
// As before 510b80a6a0f1 (5.2 to 5.12): a task whose PKRU is 0, its init state, is
// switched to with the value that new programs start with. Keys that it had
// opened are closed, and it dies of the next access.
// file: arch/x86/kernel/process_64.c
@@
identifier prev, next;
typedef u32;
@@
  x86_pkru_load(struct thread_struct *prev, struct thread_struct *next)
  {
+ u32 pkru = next->pkru ?: pkru_get_init_value();
+
  ...
- if (prev->pkru != next->pkru)
-	wrpkru(next->pkru);
+ if (prev->pkru != pkru)
+	wrpkru(pkru);
  }
