/* SPDX-License-Identifier: GPL-2.0-only */
/* What a tracer may not write, and has to be refused without a trace. */
#ifndef XS_SPOIL_H
#define XS_SPOIL_H

#include <sys/user.h>

#include "pressure/regset.h"
#include "task/level.h"

/* Of one tracer. */
struct xs_spoil {
	const struct xs_regset_io *io;
	pid_t pid;
	uint32_t bytes;				   /* of NT_X86_XSTATE */
	struct user_regs_struct regs;		   /* the stopped tracee's, which stay; */
	_Alignas(64) uint8_t before[XS_IMAGE_MAX]; /* and NT_X86_XSTATE, likewise */
	_Alignas(64) uint8_t edited[XS_IMAGE_MAX]; /* that with the tracer's values */
	_Alignas(64) uint8_t now[XS_IMAGE_MAX];
};

/** xs_spoil_begin() - look at tracee @pid, which has stopped: 0 or -errno (reported) */
int xs_spoil_begin(struct xs_task *t, struct xs_spoil *s, pid_t pid, const uint8_t *given);

/**
 * xs_spoil_write() - make a write to @r that the kernel has to refuse
 * @n: chooses among those
 *
 * And prove that it does, and that nothing has changed by it. Return: 0 or -errno (reported).
 */
int xs_spoil_write(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l,
		   const struct xs_regset *r, uint32_t n);

/** xs_spoil_put_back() - the tracee gets what it had again: 0 or -errno (reported) */
int xs_spoil_put_back(struct xs_task *t, struct xs_spoil *s);

/** xs_spoil_other() - the same of general registers, and of sets that there are not */
int xs_spoil_other(struct xs_task *t, struct xs_spoil *s, const struct xs_level *l, bool ia32,
		   uint32_t n);

#endif
