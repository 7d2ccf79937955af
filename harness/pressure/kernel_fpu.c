// SPDX-License-Identifier: GPL-2.0-only
/* kernel-fpu: a process whose window makes a system call that uses the FPU in the kernel. */
#include <errno.h>

#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/fpu_call.h"

static int step(struct xs_task *t)
{
	const int32_t *result = &t->level->window.result;

	t->level->window.result = 0;
	xs_vector_step(t);
	/* A signal may cut a long write short. */
	return *result > 0 ? 0
			   : xs_task_fail(t, *result ? *result : -EIO,
					  "the call that uses the FPU in the kernel");
}

static int open_call(struct xs_task *t)
{
	struct xs_window *window = &t->level->window;
	struct xs_fpu_call *c = t->own;
	const int rc = xs_fpu_call_open(c);

	if (rc) {
		c->number = 0;
		return xs_task_fail(t, rc, "finding a call that uses the FPU in the kernel");
	}
	window->hold_syscall = c->number;
	window->args[0] = (uint64_t)c->fd;
	window->args[1] = (uintptr_t)c->data;
	window->args[2] = XS_FPU_CALL_BYTES;
	window->args[3] = (uint64_t)c->flags;
	return 0;
}

static void close_call(struct xs_task *t)
{
	const struct xs_fpu_call *c = t->own;

	if (c->number)
		xs_fpu_call_close(c);
}

const struct xs_pressure xs_pressure_kernel_fpu = {
	.entry = {
		.name = "kernel-fpu",
		.summary = "a process that holds registers while the kernel uses the FPU for it",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = xs_fpu_call_supported,
	},
	.own_bytes = sizeof(struct xs_fpu_call),
	.open = open_call,
	.step = step,
	.close = close_call,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "task/parts/fpu_call.c"
static void run_kernel_fpu(struct task *t)
{
	t->call = SYS_write;
	t->arg[0] = urandom;
	t->arg[1] = (long)written;
	t->arg[2] = sizeof(written);
	while (more(t))
		window(t);
}
#endif
