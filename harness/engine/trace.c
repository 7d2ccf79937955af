// SPDX-License-Identifier: GPL-2.0-only
/* Plants corruption as a tracer: through PTRACE_SETREGSET, inside a window. */
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "engine/arena.h"
#include "task/sys.h"
#include "task/window.h"

/* Read, edit and write back the stopped worker's registers. */
static int edit_registers(struct xs_shared *shared, uint32_t task, pid_t tid)
{
	_Alignas(64) static uint8_t image[XS_IMAGE_MAX];
	const long set = shared->cpu.features & XS_CPU_XSAVE ? NT_X86_XSTATE : NT_PRFPREG;
	struct iovec io = { .iov_base = image, .iov_len = sizeof(image) };

	if (ptrace(PTRACE_GETREGSET, tid, set, &io))
		return -errno;
	/* The worker's sequence is the generation of what it holds. */
	xs_plant_apply(&shared->plant, image, &shared->cpu, task, shared->slot[task].inside);
	if (ptrace(PTRACE_SETREGSET, tid, set, &io))
		return -errno;
	shared->plant_iteration = shared->obs.counters[task].iterations;
	shared->plant_ns = xs_now_ns() - shared->start_ns;
	shared->plant_fired = 1;
	shared->slot[task].release = 1;
	return 1;
}

int xs_trace_plant(struct xs_shared *shared, uint32_t task)
{
	const pid_t tid = shared->obs.counters[task].tid;
	struct user_regs_struct regs;
	int status, rc = 0;

	if (shared->plant_fired || shared->obs.counters[task].iterations + 1 < shared->plant.at ||
	    !shared->slot[task].inside)
		return 0;
	if (ptrace(PTRACE_SEIZE, tid, 0, 0))
		return -errno;
	if (ptrace(PTRACE_INTERRUPT, tid, 0, 0) || waitpid(tid, &status, __WALL) != tid)
		return -errno;
	if (!WIFSTOPPED(status))
		return 0;
	if (ptrace(PTRACE_GETREGS, tid, 0, &regs))
		rc = -errno;
	else if (xs_window_has(regs.rip) && shared->slot[task].inside)
		rc = edit_registers(shared, task, tid);
	if (ptrace(PTRACE_DETACH, tid, 0, 0))
		return rc < 0 ? rc : -errno;
	return rc;
}
