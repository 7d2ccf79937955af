// SPDX-License-Identifier: GPL-2.0-only
/* bad-mxcsr: reserved bits of MXCSR set. */
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case/case.h"
#include "engine/sys.h"
#include "handler/frame.h"
#include "handler/handler.h"

#define RESERVED_BIT (1u << 31)

/* An emulator may take any value; a child finds out. */
static int supported(const struct xs_cpu *cpu, char *why)
{
	const uint32_t bad = XS_MXCSR_INIT | RESERVED_BIT;
	int status = 0;
	long pid;

	(void)cpu;
	pid = xs_syscall3(SYS_fork, 0, 0, 0);
	if (pid < 0)
		return (int)pid;
	if (!pid) {
		__asm__ volatile("ldmxcsr %0" : : "m"(bad));
		_exit(0);
	}
	waitpid((pid_t)pid, &status, 0);
	if (WIFSIGNALED(status))
		return 0;
	if (why)
		snprintf(why, XS_WHY_BYTES, "this CPU, an emulated one, takes any value of MXCSR");
	return -EOPNOTSUPP;
}

static void edit(uint8_t *fpstate, const struct xs_edit *e)
{
	(void)e;
	xs_frame_put32(fpstate, XS_IMAGE_MXCSR_AT,
		       xs_frame_get32(fpstate, XS_IMAGE_MXCSR_AT) | RESERVED_BIT);
}

const struct xs_handler_action xs_handler_bad_mxcsr = {
	.name = "bad-mxcsr",
	.summary = "sets a reserved bit of MXCSR: sigreturn must refuse",
	.end = XS_END_REFUSED,
	.supported = supported,
	.edit = edit,
};
