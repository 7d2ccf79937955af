/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways in which a tracer gets at x87, SSE and extended state: register sets, legacy requests.
 */
#ifndef XS_REGSET_H
#define XS_REGSET_H

#include <stdbool.h>
#include <sys/types.h>

#include "state/image.h"

enum xs_regset_form {
	XS_REGSET_XSTATE, /* an XSAVE area in the standard format */
	XS_REGSET_FXSAVE,
	XS_REGSET_FSAVE, /* struct user_i387_ia32_struct */
};

/* Who asks, and for which view: task_user_regset_view(), compat_arch_ptrace(). */
#define XS_REGSET_VIEW32 (1u << 0) /* the tracee's code segment is a 32-bit one at that time */
#define XS_REGSET_INT80	 (1u << 1) /* a 32-bit system call */

struct xs_regset {
	uint8_t form;
	uint8_t by;	   /* XS_REGSET_... */
	uint8_t unit;	   /* what a length has to be a multiple of; 0: it has none, as .note */
	uint32_t note;	   /* NT_..., or 0: */
	uint32_t get, set; /* PTRACE_... */
};

#define XS_REGSETS	  9u
#define XS_REGSETS_NATIVE 3u /* the first ones, which need no IA32_EMULATION */
extern const struct xs_regset xs_regsets[XS_REGSETS];

/* Below 4 GiB, for 32-bit calls: an iovec, then the data, then nothing. */
#define XS_REGSET_ROOM 20480u
#define XS_REGSET_MAX  16384u /* more than any set has */
struct xs_regset_io {
	uint8_t *map; /* NULL: xs_regset_open() was not called */
};

/** xs_regset_open() - map @io: 0 or -errno */
int xs_regset_open(struct xs_regset_io *io);

void xs_regset_close(struct xs_regset_io *io);

/** xs_regset_at() - where @bytes of data begin that end where nothing is mapped */
uint8_t *xs_regset_at(const struct xs_regset_io *io, size_t bytes);

/** xs_regset_bytes() - how long a whole set is, where NT_X86_XSTATE has @xstate_bytes */
size_t xs_regset_bytes(const struct xs_regset *r, uint32_t xstate_bytes);

/**
 * xs_regset_call() - read or write a register set of a stopped tracee
 * @set: write
 * @at: the data, in @io
 * @bytes: its length, and what the kernel makes of that; of a legacy request nothing
 *
 * Return: what ptrace() returns, or -errno.
 */
long xs_regset_call(const struct xs_regset_io *io, const struct xs_regset *r, pid_t pid, bool set,
		    uint8_t *at, size_t *bytes);

/** xs_regset_view() - make a stopped tracee's code segment a 32-bit one, or a 64-bit one again */
long xs_regset_view(pid_t pid, bool compat);

/** xs_regset_to_image() - what was read, @at, into an image; the rest of that stays */
void xs_regset_to_image(uint8_t *image, const struct xs_regset *r, const uint8_t *at,
			const struct xs_cpu *cpu);

/** xs_regset_from_image() - the reverse; of FSAVE's form all that there is */
void xs_regset_from_image(uint8_t *at, const struct xs_regset *r, const uint8_t *image,
			  size_t bytes);

/** xs_regset_arrives() - what a write of @from leaves in @image, where every component is spelt out
 */
void xs_regset_arrives(uint8_t *image, const struct xs_regset *r, const uint8_t *from,
		       uint32_t registers, const struct xs_cpu *cpu);

#endif
