/* SPDX-License-Identifier: GPL-2.0-only */
/* What a core file says of the threads that it is of. */
#ifndef XS_CORE_FILE_H
#define XS_CORE_FILE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "state/cpu.h"

#define XS_CORE_THREADS 4u /* that a core of ours has at most */

/* Notes: the bits of .missing. One that is there twice, or of the wrong size, is missing, too. */
enum {
	XS_CORE_PRSTATUS = 1u << 0, /* of each thread, */
	XS_CORE_PRFPREG = 1u << 1,
	XS_CORE_XSTATE = 1u << 2,
	XS_CORE_PRPSINFO = 1u << 3, /* and of the process */
	XS_CORE_SIGINFO = 1u << 4,
	XS_CORE_AUXV = 1u << 5,
	XS_CORE_LAYOUT = 1u << 6,  /* NT_X86_XSAVE_LAYOUT: where there is one it is whole */
	XS_CORE_GARBAGE = 1u << 7, /* what is no note */
};
#define XS_CORE_OF_THREAD  (XS_CORE_PRSTATUS | XS_CORE_PRFPREG | XS_CORE_XSTATE)
#define XS_CORE_OF_PROCESS (XS_CORE_PRPSINFO | XS_CORE_SIGINFO | XS_CORE_AUXV)

/* Of one thread; the pointers are into the file. */
struct xs_core_thread {
	int32_t tid, signo;
	uint64_t ip;
	bool fpvalid;
	uint32_t notes;
	const uint8_t *fpregs; /* NT_PRFPREG: 512 bytes, or NULL */
	const uint8_t *xstate; /* NT_X86_XSTATE, or NULL */
	uint32_t xstate_bytes;
};

struct xs_core_file {
	struct Elf *elf;
	const uint8_t *map;
	uint64_t bytes;
	uint64_t cut;	    /* bytes that it lacks of what its headers say */
	uint32_t missing;   /* notes */
	uint64_t misplaced; /* components of which NT_X86_XSAVE_LAYOUT says something wrong */
	siginfo_t info;
	uint32_t threads;
	struct xs_core_thread thread[XS_CORE_THREADS]; /* the one that died first */
};

/**
 * xs_core_read() - read a core file: 0 or -errno
 * @fd: of the file, which the caller keeps; nothing else may write to it
 *
 * A file that ends too early is none of these errors: .cut says so, and what is
 * said of notes counts only where that is 0. Source: core(5), elf.h,
 * fs/binfmt_elf.c; uapi/asm/elf.h for NT_X86_XSAVE_LAYOUT.
 */
int xs_core_read(struct xs_core_file *c, int fd, const struct xs_cpu *cpu);

/** xs_core_forget() - give back what xs_core_read() holds */
void xs_core_forget(struct xs_core_file *c);

#endif
