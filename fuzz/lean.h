/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps libFuzzer's own memory from the processes that run cases. */
#ifndef XS_FUZZ_LEAN_H
#define XS_FUZZ_LEAN_H

/*
 * libFuzzer's tables are some 20 MiB of touched pages. None of the arena's children has any use
 * for them, but each fork() would copy their page tables, and each child's own forks again: a
 * seventh of all time.
 */

/** xs_lean_begin() - what is mapped from now on is libFuzzer's. Before it makes its tables. */
void xs_lean_begin(void);

/** xs_lean_end() - children do not get it. Before anything is mapped that they need. */
void xs_lean_end(void);

#endif
