/* SPDX-License-Identifier: GPL-2.0-only */
/* The handler axis: what a signal handler does, and what it leaves for sigreturn. */
#ifndef XS_HANDLER_H
#define XS_HANDLER_H

#include "axis/axis.h"
#include "state/frame.h"
#include "task/level.h"

/* What an edit works on: the same twice, in the frame and in what is expected of it. */
struct xs_edit {
	const struct xs_cpu *cpu;
	const uint8_t *given; /* an image of fresh values: XS_PATTERN_GIVEN */
	uint32_t registers;   /* classes that are proved */
	bool compat;	      /* a 32-bit frame */
	uint32_t turn;	      /* 1, 2, 3, ...: which variant of several */
	uint32_t boundary;    /* offset of the page boundary that sigreturn meets, or 0 */
};

/* Hooks may be NULL; those of the handler's context make raw system calls only. */
struct xs_handler_action {
	struct xs_entry entry;
	int stack_flags; /* of sigaltstack() */
	/* At t->depth of handlers: whether it did what it is for. */
	bool (*act)(struct xs_task *t);
	/*
	 * Change fpstate, an XSAVE area with sw_bytes as in a frame. The handler's
	 * own values are in the registers by then, so that what sigreturn forgets shows.
	 */
	void (*edit)(uint8_t *fpstate, const struct xs_edit *e);
	/* Where the frame shall say that fpstate lies. */
	uint64_t (*point)(struct xs_task *t, uint64_t fpstate);
	/*
	 * What the shadow stack shall have in place of the token @right. Sigreturn comes to look
	 * at that when it has loaded the frame's registers: it refuses with those in force.
	 */
	uint64_t (*token)(uint64_t right, uint32_t turn);
};

static inline const struct xs_handler_action *xs_handler(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_HANDLER, row);
}

#endif
