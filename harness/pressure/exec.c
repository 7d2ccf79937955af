// SPDX-License-Identifier: GPL-2.0-only
/* exec: children that execute a new program while they hold registers; it must not see them. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include "pressure/exec_file.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "state/image.h"
#include "task/sys.h"

#define MOVE_MAX_US 1000u /* a fraction of what an emulated CPU needs for it all */

static const char failed[] = "the program that it executed failed";

struct exec {
	struct xs_exec_file file;
	int32_t far, near; /* the CPUs between which the child is moved, or -1 */
	uint32_t rounds;
	_Alignas(64) uint8_t expected[XS_IMAGE_MAX];
};

/* In the child: hold registers, and become another program with them. */
static void become(struct xs_task *t, const struct exec *e, bool moving)
{
	if (moving)
		xs_pin(0, e->far);
	xs_exec_run(t, &e->file);
}

/*
 * 1f69383b203e: a program that began on CPU A, lost its registers' validity on
 * B and came back to A found its old ones there. So move the child to and fro
 * while it executes, between a CPU where nothing else uses registers and
 * another one, and let it get on a little at either. It may be gone at any time.
 */
static int move(struct xs_task *t, const struct exec *e, pid_t child)
{
	int status = 0;
	long rc;

	for (uint32_t n = 0; !(rc = xs_syscall6(SYS_wait4, child, (long)&status, WNOHANG, 0, 0, 0));
	     n++) {
		xs_pin(child, n & 1 ? e->far : e->near);
		xs_sleep_us(1 + (uint32_t)(xs_rdtsc() >> 4) % MOVE_MAX_US);
	}
	if (rc < 0)
		return xs_task_fail(t, (int)rc, "waiting for its child");
	return xs_offspring_judge(t, status, failed);
}

static int step(struct xs_task *t)
{
	struct exec *e = t->own;
	const bool moving = e->far >= 0 && e->rounds++ & 1;
	pid_t child;
	int rc;

	xs_vector_next(t);
	xs_exec_begin(&e->file);
	child = xs_offspring_fork();
	if (child < 0)
		return xs_task_fail(t, child, "forking");
	if (!child)
		become(t, e, moving);
	rc = moving ? move(t, e, child) : xs_offspring_reap(t, child, failed);
	if (rc)
		return rc;
	rc = xs_exec_end(t, &e->file);
	if (rc)
		return rc;
	if (!t->plan->worker)
		xs_plant_found(t, e->file.found, t->level->generation);
	if (xs_image_differs(e->expected, e->file.found, &t->shared->cpu, t->level->registers))
		xs_task_record(t, t->level, XS_LEG_EXEC, 0, e->expected, e->file.found);
	t->count->checks++;
	t->count->iterations++;
	return 0;
}

static int open_exec(struct xs_task *t)
{
	const struct xs_plan *plan = &t->shared->plan;
	const int32_t own = t->plan->cpu >= 0 ? t->plan->cpu : xs_cpu_now();
	struct exec *e = t->own;
	const int rc = xs_exec_open(t, &e->file);

	if (rc)
		return rc;
	e->rounds = t->shared->generation - 1;
	xs_image_entry(e->expected, &t->shared->cpu);
	e->far = xs_quietest_cpu(plan, own, -1);
	e->near = xs_quietest_cpu(plan, e->far, own);
	if (e->near < 0)
		e->near = own;
	/* Its sleeps between two moves are short: the default slack is 50 us. */
	prctl(PR_SET_TIMERSLACK, 1);
	return 0;
}

static void close_exec(struct xs_task *t)
{
	const struct exec *e = t->own;

	xs_exec_close(&e->file);
	prctl(PR_SET_TIMERSLACK, 0); /* the default */
}

const struct xs_pressure xs_pressure_exec = {
	.entry = {
		.name = "exec",
		.summary = "a program executed by one that holds registers, every period_us (0: 1000)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_STAYS | XS_PRESSURE_VECTOR,
		.supported = xs_exec_supported,
	},
	.period_us = 1000,
	.own_bytes = sizeof(struct exec),
	.open = open_exec,
	.step = step,
	.close = close_exec,
	.plant = XS_PLANT_FOUND,
	.legs = 1u << XS_LEG_EXEC,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
/* An ELF program that stores its registers, writes them to descriptor 9, and ends. */
asm(".pushsection .rodata; elf: .quad 0x00010102464c457f, 0; .word 2, 62; .long 1\n"
    ".quad 0x400000 + start - elf, 64, 0; .long 0; .word 64, 56, 1, 0, 0, 0\n"
    ".long 1, 7; .quad 0, 0x400000, 0x400000, elf_end - elf, 0x4000, 4096\n"
    "start: movl $-1, %eax; xorl %edx, %edx; movl $0x401000, %esi; xsave64 (%rsi)\n"
    "movl $9, %edi; movl $4096, %edx; xorl %r10d, %r10d; movl $18, %eax; syscall\n"
    "xorl %edi, %edi; movl $231, %eax; syscall; elf_end: .popsection");
extern const char elf[], elf_end[];

/* Children that execute it while they hold registers, and are moved to and fro. */
static void run_exec(struct task *t)
{
	const int program = memfd_create("program", MFD_CLOEXEC), found = memfd_create("found", 0);
	char *argv[] = { "program", NULL };
	const uint64_t *area;
	int child, status;

	if (write(program, elf, elf_end - elf) < 0 || ftruncate(found, 4096) || dup2(found, 9) < 0)
		err(2, "memfd_create");
	area = mmap(NULL, 4096, PROT_READ, MAP_SHARED, found, 0);
	t->call = SYS_execveat;
	t->arg[0] = program;
	t->arg[1] = (long)"";
	t->arg[2] = (long)argv;
	t->arg[3] = (long)&argv[1];
	t->arg[4] = AT_EMPTY_PATH;
	prctl(PR_SET_TIMERSLACK, 1);
	for (t->period_us += t->period_us ? 0 : 1000; more(t);) {
		child = fork();
		if (!child) {
			pin(0, t->cpu + 1); /* where nobody else uses registers */
			window(t);
			errx(4, "skip: execveat");
		}
		for (int n = 0; !waitpid(child, &status, WNOHANG); n++) {
			pin(child, t->cpu + n % 2);
			usleep(1 + __builtin_ia32_rdtsc() / 16 % 1000);
		}
		if (WIFSIGNALED(status))
			raise(WTERMSIG(status));
		if (status)
			_exit(WEXITSTATUS(status));
		judge(t, area, 0, "in a new program");
	}
}
#endif
