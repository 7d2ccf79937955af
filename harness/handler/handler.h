/* SPDX-License-Identifier: GPL-2.0-only */
/* The handler axis: what a signal handler does, and what it leaves for sigreturn. */
#ifndef XS_HANDLER_H
#define XS_HANDLER_H

#include <stdbool.h>
#include <stdint.h>

#include "state/cpu.h"

struct xs_task;

/* How the handler of an action ends. */
enum xs_handler_end {
	XS_END_SIGRETURN, /* the kernel takes the frame: the registers that it describes */
	XS_END_REFUSED,	  /* the kernel must refuse it: SIGSEGV, registers in init state */
	XS_END_JUMP,	  /* no sigreturn: on in the task with the handler's registers */
};

/* What an edit works on: the same twice, in the frame and in what is expected of it. */
struct xs_edit {
	const struct xs_cpu *cpu;
	const uint8_t *given; /* an image of fresh values: XS_PATTERN_GIVEN */
	uint32_t registers;   /* classes that are proved */
	bool compat;	      /* a 32-bit frame */
	uint32_t turn;	      /* 0, 1, 2, ...: which variant of several */
	uint32_t boundary;    /* offset of the page boundary that sigreturn meets, or 0 */
};

/* Hooks may be NULL; those of the handler's context make raw system calls only. */
struct xs_handler_action {
	const char *name;
	const char *summary;
	uint8_t end;	 /* enum xs_handler_end */
	bool moves;	 /* ends on another CPU */
	bool gives;	 /* its edit puts new values in: XS_PATTERN_GIVEN */
	bool nests;	 /* runs windows of its own: the case's depth applies */
	bool forks;	 /* needs a stack that a child does not share */
	bool x86_64;	 /* means something in 64-bit frames only */
	bool rt;	 /* needs what sigreturn() has not: a frame with the signal stack in it */
	int stack_flags; /* of sigaltstack() */
	/* Why not here: 0, or -errno with @why set (XS_WHY_BYTES). */
	int (*supported)(const struct xs_cpu *cpu, char *why);
	/* At @depth of handlers, from 0: whether it did what it is for. */
	bool (*act)(struct xs_task *t, uint32_t depth);
	/*
	 * Change fpstate, an XSAVE area with sw_bytes as in a frame. The handler's
	 * own values are in the registers by then, so that what sigreturn forgets shows.
	 */
	void (*edit)(uint8_t *fpstate, const struct xs_edit *e);
	/* Where the frame shall say that fpstate lies. */
	uint64_t (*point)(struct xs_task *t, uint64_t fpstate);
};

enum {
#define XS_HANDLER(id, ...) XS_HANDLER_##id,
#include "handler/handler.def"
#undef XS_HANDLER
	XS_HANDLERS
};

extern const struct xs_handler_action *const xs_handlers[XS_HANDLERS];

/**
 * xs_handler_repeats() - whether a window that has had its signal is as before
 *
 * A jump, and a frame that was changed, end its share of a burst.
 */
static inline bool xs_handler_repeats(const struct xs_handler_action *a)
{
	return a->end == XS_END_SIGRETURN && !a->edit && !a->point;
}

/** xs_handler_needs_xsave() - supported() of an action that edits extended state */
int xs_handler_needs_xsave(const struct xs_cpu *cpu, char *why);

/** xs_handler_find() - row of an action by its name, or -1 */
int xs_handler_find(const char *name);

#endif
