// SPDX-License-Identifier: GPL-2.0-only
/* bad-tail: an fpstate with both magic words, whose end is not mapped. */
#include <cpuid.h>
#include <errno.h>

#include "handler/handler.h"
#include "task/sys.h"

static uint64_t point(struct xs_task *t, uint64_t fpstate)
{
	/* The header and some bytes are there; what XRSTOR reads next is not. */
	uint8_t *at = t->cliff + XS_CLIFF_BYTES - XS_XSAVE_MIN - 64;

	/* With FSAVE's header, which a 32-bit frame has in front. */
	xs_copy(at - XS_FSAVE_BYTES, (const uint8_t *)(uintptr_t)fpstate - XS_FSAVE_BYTES,
		XS_FSAVE_BYTES + XS_XSAVE_MIN);
	/* Whatever is in use: XRSTOR is to read something that is not there. */
	xs_frame_put64(at, XS_IMAGE_XSTATE_BV, xs_frame_get64(at, XS_SW_XFEATURES));
	xs_frame_put32(at, XS_SW_XSTATE_SIZE, XS_XSAVE_MIN);
	xs_frame_put32(at, XS_XSAVE_MIN, XS_FRAME_MAGIC2);
	return (uintptr_t)at;
}

/* Where XCR0 has x87 and SSE alone, all of fpstate is there. */
static int supported(char *why)
{
	uint32_t a, bytes, c, d;

	if (__get_cpuid_count(13, 0, &a, &bytes, &c, &d) && bytes > XS_XSAVE_MIN)
		return 0;
	return xs_why(-EOPNOTSUPP, why, "fpstate ends with its header on this CPU");
}

const struct xs_handler_action xs_handler_bad_tail = {
	.entry = {
		.name = "bad-tail",
		.summary = "fpstate ends at unmapped memory behind a small xstate_size: must be refused",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_POINTS,
		.features = XS_CPU_XSAVE,
		.supported = supported,
	},
	.point = point,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/mman.h>
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
#define handler_prepare(t) mprotect((t)->stack + 4096, 4096, PROT_NONE)

/* It ends at unmapped memory, behind a small xstate_size: sigreturn has to refuse it. */
static void handler_point(struct task *t, ucontext_t *uc)
{
	uint8_t *fp = (uint8_t *)uc->uc_mcontext.fpregs;
	struct _fpx_sw_bytes *sw = (void *)(fp + 464);

	sw->xstate_size = 576;
	*(uint64_t *)(fp + 512) = sw->xstate_bv;
	uc->uc_mcontext.fpregs = memcpy(t->stack + 4096 - 640, fp, 576);
	*(uint32_t *)(t->stack + 4096 - 64) = FP_XSTATE_MAGIC2;
	t->keep = 0;
}
#endif
