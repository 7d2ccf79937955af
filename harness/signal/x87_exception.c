// SPDX-License-Identifier: GPL-2.0-only
/* x87-exception: an instruction that waits for an exception which is pending and not masked. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>

#include "signal/trap.h"
#include "state/frame.h"
#include "task/probe.h"
#include "task/window.h"

#define FXSAVE_BYTES 512

/* SDM vol. 1, 8.1.3 and 8.1.5: the invalid operation's mask, its flag and the summary, ES and B. */
#define FCW_IM 0x1u
#define FSW_IE 0x8081u
#define FSW_AT 2u

__asm__(XS_WINDOW(XS_W_SET));

/*
 * FCW and FSW are made what arm() puts into the image, so that it does not matter whether the
 * window loads them, and are left so: they are sigreturn's by then. No other register changes:
 * FXRSTOR loads what FXSAVE has stored, and leaves the upper halves of YMM alone. FNSTENV and
 * FLDENV, which reach less, would lose half of FIP and FDP.
 */
XS_TRAP(x87_exception, "	movq	XS_W_SCRATCH(%rbx), %rax\n"
		       "	fxsave64 (%rax)\n"
		       "	andb	$~1, (%rax)\n"
		       "	orw	$0x8081, 2(%rax)\n"
		       "	fxrstor64 (%rax)\n"
		       "xs_trap_x87_exception_at:\n"
		       "	fwait\n");

/* The image is filled anew for every window if its class is loaded; else this changes nothing. */
static void arm(struct xs_task *t)
{
	uint8_t *image = t->level[0].image;
	const uint32_t word = xs_frame_get32(image, 0); /* FCW, FSW */

	xs_frame_put32(image, 0, (word & ~FCW_IM) | FSW_IE << 8 * FSW_AT);
	if (t->shared->cpu.features & XS_CPU_XSAVE) /* in use, whoever loads it */
		xs_frame_use(image, 1, 0);
}

/*
 * In a window of no use but for its memory, and beyond the red zone of a function that has one. It
 * is to die, without a frame: a kernel that cannot write one may never let the child go, nor its
 * CPU.
 */
static void raise_exception(void)
{
	static _Alignas(64) uint8_t scratch[FXSAVE_BYTES];
	static struct xs_window w = { .scratch = scratch };

	signal(SIGFPE, SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0); /* no core file */
	__asm__ volatile("subq	$128, %%rsp\n\t"
			 "pushq	%%rbx\n\t"
			 "movq	%0, %%rbx\n\t"
			 "call	xs_trap_x87_exception\n\t"
			 "popq	%%rbx\n\t"
			 "addq	$128, %%rsp"
			 :
			 : "D"(&w)
			 : "rax", "memory", "cc");
}

static int supported(char *why)
{
	int rc;

	if (xs_on_valgrind())
		return xs_why(-EOPNOTSUPP, why, "Valgrind raises no unmasked x87 exceptions");
	rc = xs_probe(raise_exception, why);
	if (rc == -ECANCELED) /* the child died of it */
		return 0;
	if (rc)
		return rc < 0 ? rc : -EPROTO;
	return xs_why(-EOPNOTSUPP, why,
		      "this CPU, or what emulates it, raises no unmasked x87 exceptions");
}

const struct xs_signal_source xs_signal_x87_exception = {
	.entry = {
		.name = "x87-exception",
		.summary = "SIGFPE of an unmasked x87 exception in the window",
		.flags = XS_X86_64,
		.supported = supported,
	},
	.signo = SIGFPE,
	.code = FPE_FLTINV, /* the invalid operation's, POSIX <signal.h> */
	XS_TRAPS(x87_exception),
	.arm = arm,
};

#ifdef XS_EXPORT /* how "export" writes it */
#define SIGNO SIGFPE
#define source_trap "trap_at: fwait"
#define TRAP_BYTES 1
#include "signal/parts/trap.c"

/* The flag of the invalid operation, and no mask of it: pending when the registers are loaded. */
static void source_tune(struct task *t)
{
	if (t->hold_us)
		t->mask |= 1, t->image[64] |= 1, t->image[0] = (t->image[0] & ~1ul) | 0x80810000ul;
}
#endif
