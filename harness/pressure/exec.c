// SPDX-License-Identifier: GPL-2.0-only
/* exec: children that execute a new program while they hold registers; it must not see them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure/exec_program.h"
#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "state/image.h"
#include "task/probe.h"
#include "task/sys.h"

#define MOVE_MAX_US 1000u /* a fraction of what an emulated CPU needs for it all */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u /* uapi/linux/memfd.h, since 6.3 */
#endif

/* No FCW: what is in the dump's first bytes until the program has written it. */
static const uint16_t nothing = 0xffff;
static const char failed[] = "the program that it executed failed";

struct exec {
	int program;	   /* memfd: the new program */
	int dump;	   /* memfd: what it found in its registers ... */
	uint8_t *found;	   /* ... mapped */
	int32_t *refused;  /* behind that, for both: what execveat() returned, if it did */
	int32_t far, near; /* the CPUs between which the child is moved, or -1 */
	uint32_t rounds;
	_Alignas(64) uint8_t expected[XS_IMAGE_MAX];
};

/* A memfd that may be executed: a descriptor, or -errno. */
static int executable_memfd(void)
{
	struct stat st;
	int fd =
		(int)xs_syscall3(SYS_memfd_create, (long)"xsavage-exec", MFD_CLOEXEC | MFD_EXEC, 0);

	if (fd == -EINVAL) /* before 6.3 all were */
		fd = (int)xs_syscall3(SYS_memfd_create, (long)"xsavage-exec", MFD_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && (st.st_mode & S_IXUSR))
		return fd;
	close(fd);
	return -EACCES;
}

static int supported(char *why)
{
	const int fd = executable_memfd();

	const char *what = "an executable memfd (sysctl vm.memfd_noexec)";
	int rc = fd;

	if (xs_on_valgrind()) {
		close(fd);
		return xs_why(-EOPNOTSUPP, why, "Valgrind would not run the new program");
	}
	if (fd >= 0) {
		close(fd);
		/* No file has that number: where there is such a system call it says so. */
		rc = (int)xs_syscall6(SYS_execveat, -1, (long)"", 0, 0, AT_EMPTY_PATH, 0);
		if (rc == -EBADF)
			return 0;
		what = "execveat()";
	}
	return xs_why(rc, why, "%s: %s", what, strerror(-rc));
}

/* Write the program, with its parameters, to its file. */
static int make_program(const struct xs_task *t)
{
	const size_t bytes = (size_t)(xs_exec_program_end - xs_exec_program);
	const struct exec *e = t->own;
	const struct xs_exec_parameters p = { .mask = t->level->window.dump_mask,
					      .bytes = t->shared->cpu.image_bytes,
					      .fd = (uint32_t)e->dump };

	if (pwrite(e->program, xs_exec_program, bytes, 0) != (ssize_t)bytes ||
	    pwrite(e->program, &p, sizeof(p), XS_EXEC_PARAMETERS) != sizeof(p))
		return -EIO;
	return 0;
}

static int open_files(const struct xs_task *t, struct exec *e)
{
	e->program = executable_memfd();
	if (e->program < 0)
		return e->program;
	/* Not close-on-exec: the new program writes to it. */
	e->dump = (int)xs_syscall3(SYS_memfd_create, (long)"xsavage-dump", 0, 0);
	if (e->dump < 0)
		return e->dump;
	if (ftruncate(e->dump, XS_IMAGE_MAX + sizeof(*e->refused)))
		return -errno;
	e->found = mmap(NULL, XS_IMAGE_MAX + sizeof(*e->refused), PROT_READ | PROT_WRITE,
			MAP_SHARED, e->dump, 0);
	if (e->found == MAP_FAILED)
		return -errno;
	e->refused = (int32_t *)(e->found + XS_IMAGE_MAX);
	return make_program(t);
}

/* In the child: hold registers, and become another program with them. */
static void become(struct xs_task *t, const struct exec *e, bool moving)
{
	if (moving)
		xs_pin(0, e->far);
	xs_window_run(&t->level->window);
	*e->refused = t->level->window.result;
	xs_exit(0);
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
	__builtin_memcpy(e->found, &nothing, sizeof(nothing));
	*e->refused = 0;
	child = xs_offspring_fork();
	if (child < 0)
		return xs_task_fail(t, child, "forking");
	if (!child)
		become(t, e, moving);
	rc = moving ? move(t, e, child) : xs_offspring_reap(t, child, failed);
	if (rc)
		return rc;
	if (*e->refused)
		return xs_task_fail(t, *e->refused, "execveat() in its window");
	if (!__builtin_memcmp(e->found, &nothing, sizeof(nothing)))
		return xs_task_fail(t, -EIO, "its program left no dump");
	if (!t->plan->worker)
		xs_plant_found(t, e->found, t->level->generation);
	if (xs_image_differs(e->expected, e->found, &t->shared->cpu, t->level->registers))
		xs_task_record(t, t->level, XS_LEG_EXEC, 0, e->expected, e->found);
	t->count->checks++;
	t->count->iterations++;
	return 0;
}

static int open_exec(struct xs_task *t)
{
	static const char *const argv[] = { "xsavage-exec", NULL };
	const struct xs_plan *plan = &t->shared->plan;
	const int32_t own = t->plan->cpu >= 0 ? t->plan->cpu : xs_cpu_now();
	struct xs_window *window = &t->level->window;
	struct exec *e = t->own;
	const int rc = open_files(t, e);

	if (rc)
		return xs_task_fail(t, rc, "making the program that it executes");
	xs_image_entry(e->expected, &t->shared->cpu);
	e->far = xs_quietest_cpu(plan, own, -1);
	e->near = xs_quietest_cpu(plan, e->far, own);
	if (e->near < 0)
		e->near = own;
	window->hold_syscall = SYS_execveat;
	window->args[0] = (uint64_t)e->program;
	window->args[1] = (uintptr_t) "";
	window->args[2] = (uintptr_t)argv;
	window->args[3] = (uintptr_t)(argv + 1);
	window->args[4] = AT_EMPTY_PATH;
	/* Its sleeps between two moves are short: the default slack is 50 us. */
	prctl(PR_SET_TIMERSLACK, 1);
	return 0;
}

const struct xs_pressure xs_pressure_exec = {
	.entry = {
		.name = "exec",
		.summary = "a program executed by one that holds registers, every period_us (0: 1000)",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.period_us = 1000,
	.own_bytes = sizeof(struct exec),
	.open = open_exec,
	.step = step,
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
