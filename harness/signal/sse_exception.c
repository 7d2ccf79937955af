// SPDX-License-Identifier: GPL-2.0-only
/* sse-exception: a comparison with a signaling NaN while that is not masked. */
#include <errno.h>
#include <signal.h>

#include "signal/trap.h"
#include "state/frame.h"
#include "task/probe.h"

/* SDM vol. 1, 10.2.3: the invalid-operation flag, and its mask. */
#define MXCSR_IE 0x1u
#define MXCSR_IM 0x80u

/*
 * MXCSR is made what arm() puts into the image, so that it does not matter
 * whether the window loads it, and it is left so: it is sigreturn's by then.
 * COMISS writes no register but the flags. The constant is a signaling NaN,
 * which comes before what xmm0 may hold (SDM vol. 1, 4.9.2).
 */
XS_TRAP(sse_exception, "	stmxcsr	-8(%rsp)\n"
		       "	movl	-8(%rsp), %eax\n"
		       "	andl	$~0x80, %eax\n"
		       "	orl	$1, %eax\n"
		       "	movl	%eax, -8(%rsp)\n"
		       "	ldmxcsr	-8(%rsp)\n"
		       "	jmp	xs_trap_sse_exception_at\n"
		       "	.p2align 2\n"
		       "1:	.long	0x7f800001\n"
		       "xs_trap_sse_exception_at:\n"
		       "	comiss	1b(%rip), %xmm0\n");

/* The image is filled anew for every window if its class is loaded; else this changes nothing. */
static void arm(struct xs_task *t)
{
	struct xs_level *l = &t->level[0];
	const uint32_t mxcsr = xs_frame_get32(l->image, XS_IMAGE_MXCSR_AT);

	xs_frame_put32(l->image, XS_IMAGE_MXCSR_AT, (mxcsr & ~MXCSR_IM) | MXCSR_IE);
}

static int supported(char *why)
{
	const int rc = xs_probe(xs_trap_sse_exception, why);

	/* Neither back nor signalled: it was raised, and a case will say what went wrong. */
	if (rc == -ETIMEDOUT)
		return 0;
	if (rc)
		return rc < 0 ? rc : 0;
	return xs_why(-EOPNOTSUPP, why,
		      "this CPU, or what emulates it, raises no unmasked SSE exceptions");
}

const struct xs_signal_source xs_signal_sse_exception = {
	.entry = {
		.name = "sse-exception",
		.summary = "SIGFPE of an unmasked SSE exception in the window",
		.flags = XS_X86_64,
		.supported = supported,
	},
	.signo = SIGFPE,
	.code = FPE_FLTINV, /* the invalid operation's, POSIX <signal.h> */
	XS_TRAPS(sse_exception),
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGFPE
#define source_trap "trap_at: comiss source_nan(%%rip), %%xmm0"
#define TRAP_BYTES 7
#include "signal/parts/trap.c"
extern const uint32_t source_nan;
asm(".pushsection .rodata; .balign 4; source_nan: .long 0x7f800001; .popsection");

/* The flag of the invalid operation, and no mask of it, are in MXCSR. */
static void source_tune(struct task *t)
{
	if (t->hold_us)
		t->mask |= 2, t->image[64] |= 2, t->image[3] = (t->image[3] & ~0x80ul) | 1;
}
#endif
