/* SPDX-License-Identifier: GPL-2.0-only */
/* The legs of a signal's way, on each of which registers are proved. */
#ifndef XS_LEG_H
#define XS_LEG_H

/* Where along a signal's way registers were found wrong. */
enum xs_leg {
	XS_LEG_FRAME,	/* the fpstate that the kernel wrote to the signal frame */
	XS_LEG_HANDLER, /* the registers at handler entry, which start in init state */
	XS_LEG_RETURN,	/* the registers after sigreturn, or after a plain switch */
	XS_LEG_FORK,	/* the registers that a child process or thread inherited */
	XS_LEG_EXEC,	/* the registers that a new program starts with */
	XS_LEG_PTRACE,	/* the registers as a tracer reads them */
	XS_LEG_CORE,	/* the registers as a core file has them */
	XS_LEG_LAYOUT,	/* what a frame, or a core file, says of itself, and the memory around it */
	XS_LEG_GUEST,	/* the registers that a virtual CPU holds, as its guest finds them */
	XS_LEG_KERNEL,	/* what the kernel computes in vector registers of its own */
	XS_LEGS
};

extern const char *const xs_leg_names[]; /* ends with NULL */

#endif
