// SPDX-License-Identifier: GPL-2.0-only
/* bad-mxcsr: reserved bits of MXCSR set. */
#include <errno.h>

#include "handler/handler.h"
#include "task/probe.h"

#define RESERVED_BIT (1u << 31)

static void load_reserved(void)
{
	const uint32_t bad = XS_MXCSR_INIT | RESERVED_BIT;

	__asm__ volatile("ldmxcsr %0" : : "m"(bad));
}

/* An emulator may take any value. */
static int supported(char *why)
{
	const int rc = xs_probe(load_reserved, why);

	if (rc)
		return rc < 0 ? rc : 0;
	return xs_why(-EOPNOTSUPP, why, "this CPU, an emulated one, takes any value of MXCSR");
}

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	(void)e;
	xs_frame_put32(fpstate, XS_IMAGE_MXCSR_AT,
		       xs_frame_get32(fpstate, XS_IMAGE_MXCSR_AT) | RESERVED_BIT);
}

const struct xs_handler_action xs_handler_bad_mxcsr = {
	.entry = {
		.name = "bad-mxcsr",
		.summary = "sets a reserved bit of MXCSR: sigreturn must refuse",
		.flags = XS_LINUX_OWN | XS_RECENT | XS_HANDLER_REFUSED | XS_HANDLER_EDITS,
		.supported = supported,
	},
	.edit = edit,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <sys/wait.h>
#include "handler/parts/clobber.c"
#include "handler/parts/refused.c"
/* A reserved bit of MXCSR: sigreturn has to refuse the frame. */
#define handler_edit(t, fp) (((uint32_t *)(fp))[6] |= 1u << 31, (t)->keep = 0)

static void handler_prepare(const struct task *t)
{
	const uint32_t bad = 1u << 31;
	int status;

	if (!fork()) {
		signal(SIGSEGV, SIG_DFL);
		asm volatile("ldmxcsr %0" : : "m"(bad));
		_exit(0);
	}
	if (wait(&status) < 0 || !WIFSIGNALED(status))
		errx(4, "skip: %s: an emulated CPU, which takes any MXCSR", t->name);
}
#endif
