// SPDX-License-Identifier: GPL-2.0-only
/* ptrace: a tracer that reads and writes the registers of a tracee inside its window. */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "pressure/vector.h"
#include "task/death.h"
#include "task/probe.h"
#include "task/sys.h"

#define LOOK_US	   20u /* between two looks whether the tracee is in its window */
#define HOLD_TICKS UINT64_MAX

/*
 * What tracer and tracee share. Even generations are written by NT_X86_XSTATE,
 * odd ones by NT_PRFPREG, which reaches x87, MXCSR and XMM alone.
 */
struct traced {
	uint32_t served;       /* sequence of the last window that was */
	int stopped;	       /* the tracee is, by this signal of somebody; or 0 */
	struct xs_level level; /* the tracee's */
	struct xs_level given; /* what the tracer may write: .image */
	_Alignas(64) uint8_t due[XS_IMAGE_MAX];	     /* what the tracee then has to find */
	_Alignas(64) uint8_t read[XS_IMAGE_MAX];     /* NT_X86_XSTATE, or NT_PRFPREG */
	_Alignas(64) uint8_t compared[XS_IMAGE_MAX]; /* ... as an image */
};

static const char died[] = "its tracee died";

static int probe(void)
{
	const pid_t child = xs_offspring_fork();
	int rc, status;

	if (child < 0)
		return child;
	if (!child)
		for (;;)
			xs_syscall3(SYS_pause, 0, 0, 0);
	rc = (int)xs_syscall6(SYS_ptrace, PTRACE_SEIZE, child, 0, 0, 0, 0);
	xs_syscall3(SYS_kill, child, SIGKILL, 0);
	while (xs_syscall6(SYS_wait4, child, (long)&status, __WALL, 0, 0, 0) == child &&
	       WIFSTOPPED(status))
		;
	return rc;
}

static int supported(char *why)
{
	const int rc = xs_probe_cpus(why);

	return rc ? rc
		  : xs_why(probe(), why,
			   "tracing a child: %m (kernel.yama.ptrace_scope, a seccomp filter)");
}

static bool by_xstate(const struct xs_task *t, uint32_t generation)
{
	return t->shared->cpu.features & XS_CPU_XSAVE && !(generation & 1);
}

/* Every second state written lacks a component, one after the other: 0, or its bit. */
static uint64_t left_out(const struct xs_task *t, uint32_t registers, uint32_t generation)
{
	const uint64_t all = xs_state_xfeatures(registers);
	uint32_t skip = generation / 4 % (uint32_t)__builtin_popcountll(all);
	uint64_t rest = all;

	if (!by_xstate(t, generation) || generation / 2 % 2)
		return 0;
	while (skip--)
		rest &= rest - 1;
	return rest & -rest;
}

/* As XRSTOR leaves a component out; where MXCSR then comes from is the implementation's. */
static void leave_out(uint8_t *image, uint32_t registers, const struct xs_cpu *cpu, uint64_t out,
		      bool all)
{
	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		if ((out >> at.span->component & 1) && (all || at.span->file == XS_FILE_MXCSR))
			xs_lane_put(image, &at, xs_lane_init(&at));
	}
}

/* The values that the tracee has to find after generation @generation was written. */
static void prepare_due(struct xs_task *t, struct traced *tr)
{
	const struct xs_level *l = &tr->level;
	const struct xs_cpu *cpu = &t->shared->cpu;

	/* Begun together: of the same generation always. */
	xs_level_next(&tr->given, t);
	xs_copy(tr->due, by_xstate(t, l->generation) ? tr->given.image : l->image,
		cpu->image_bytes);
	xs_copy(tr->due, tr->given.image, XS_IMAGE_LEGACY_BYTES);
	leave_out(tr->due, l->registers, cpu, left_out(t, l->registers, l->generation), true);
}

static void tracee(struct xs_task *t, struct traced *tr) __attribute__((noreturn));

static void tracee(struct xs_task *t, struct traced *tr)
{
	struct xs_level *l = &tr->level;

	xs_death_unwatch();
	l->expected = XS_PATTERN_GIVEN;
	l->window.check_image = tr->due;
	l->window.hold_ticks = HOLD_TICKS;
	while (!xs_task_stopping(t)) {
		xs_vector_next(t, l);
		prepare_due(t, tr);
		xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&l->window));
		xs_vector_rest(t, 0);
	}
	xs_offspring_exit(0);
}

static long trace(long request, pid_t pid, long a, const void *b)
{
	return xs_syscall6(SYS_ptrace, request, pid, a, (long)b, 0, 0);
}

/* Compare what one register set says with what the tracee loaded; it counts when that goes on. */
static void compare(struct xs_task *t, struct traced *tr, uint64_t bytes)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_level *l = &tr->level;

	/* An FXSAVE image says nothing of the rest. */
	xs_copy(tr->compared, l->image, cpu->image_bytes);
	xs_copy(tr->compared, tr->read, bytes);
	if (!t->plan->worker)
		xs_plant_found(t, tr->compared, l->generation);
	if (xs_image_differs(l->image, tr->compared, cpu, l->registers))
		xs_task_record(t, l, XS_LEG_PTRACE, 0, l->image, tr->compared);
}

/* What is not patterns (PKRU, for one) is written back as it was read. */
static void edit(struct xs_task *t, struct traced *tr, bool xstate)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const uint32_t registers = tr->level.registers;
	uint64_t bv, mine;

	XS_FOR_EACH_LANE(at, registers, cpu)
	{
		if (xstate || at.offset < XS_IMAGE_LEGACY_BYTES)
			xs_lane_put(tr->read, &at, xs_lane_get(tr->given.image, cpu, &at));
	}
	if (!xstate)
		return;
	__builtin_memcpy(&bv, tr->read + XS_IMAGE_XSTATE_BV, sizeof(bv));
	__builtin_memcpy(&mine, tr->given.image + XS_IMAGE_XSTATE_BV, sizeof(mine));
	bv |= mine;
	bv &= ~left_out(t, registers, tr->level.generation);
	leave_out(tr->read, registers, cpu, left_out(t, registers, tr->level.generation), false);
	__builtin_memcpy(tr->read + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
}

/* Read and prove one register set of the stopped tracee; then write it, if @set is due. */
static int exchange(struct xs_task *t, struct traced *tr, pid_t pid, long set, bool due)
{
	const bool xstate = set == NT_X86_XSTATE;
	struct iovec io = { .iov_base = tr->read, .iov_len = sizeof(tr->read) };
	long rc = trace(PTRACE_GETREGSET, pid, set, &io);

	if (rc < 0)
		return xs_task_fail(t, (int)rc, "PTRACE_GETREGSET");
	compare(t, tr, xstate ? t->shared->cpu.image_bytes : XS_IMAGE_LEGACY_BYTES);
	if (!due)
		return 0;
	edit(t, tr, xstate);
	rc = trace(PTRACE_SETREGSET, pid, set, &io);
	return rc < 0 ? xs_task_fail(t, (int)rc, "PTRACE_SETREGSET") : 0;
}

/*
 * What was written reads back, and what was left out reads as its init state:
 * its bytes count, too, as debuggers look at them, whatever XSTATE_BV says.
 */
static int read_back(struct xs_task *t, struct traced *tr, pid_t pid)
{
	const struct xs_cpu *cpu = &t->shared->cpu;
	const struct xs_level *l = &tr->level;
	const bool xsave = cpu->features & XS_CPU_XSAVE;
	struct iovec io = { .iov_base = tr->read, .iov_len = sizeof(tr->read) };
	const long rc = trace(PTRACE_GETREGSET, pid, xsave ? NT_X86_XSTATE : NT_PRFPREG, &io);
	uint64_t bv;

	if (rc < 0)
		return xs_task_fail(t, (int)rc, "PTRACE_GETREGSET");
	if (xsave) {
		__builtin_memcpy(&bv, tr->read + XS_IMAGE_XSTATE_BV, sizeof(bv));
		bv |= xs_state_xfeatures(l->registers);
		__builtin_memcpy(tr->read + XS_IMAGE_XSTATE_BV, &bv, sizeof(bv));
	}
	if (xs_image_differs(tr->due, tr->read, cpu, l->registers))
		xs_task_record(t, l, XS_LEG_PTRACE, 0, tr->due, tr->read);
	return 0;
}

/* The stopped tracee, if it is in a window that was not served: 0 or -errno. */
static int serve_stop(struct xs_task *t, struct traced *tr, pid_t pid)
{
	const bool xstate = by_xstate(t, tr->level.generation);
	struct user_regs_struct regs;
	long rc = trace(PTRACE_GETREGS, pid, 0, &regs);

	if (rc < 0)
		return xs_task_fail(t, (int)rc, "PTRACE_GETREGS");
	/* A stop that somebody else asked for may find what was served already. */
	if (!xs_window_has(regs.rip) || !t->slot->inside || t->slot->inside == tr->served)
		return 0;
	/* The set that is written comes last: the other one would show what was written. */
	if (xstate || t->shared->cpu.features & XS_CPU_XSAVE)
		rc = exchange(t, tr, pid, xstate ? NT_PRFPREG : NT_X86_XSTATE, false);
	if (rc >= 0)
		rc = exchange(t, tr, pid, xstate ? NT_X86_XSTATE : NT_PRFPREG, true);
	if (rc >= 0)
		rc = read_back(t, tr, pid);
	if (rc < 0)
		return (int)rc;
	/* Its check begins when it goes on: not without the values that it is to find. */
	tr->served = t->slot->inside;
	t->slot->release = 1;
	return 0;
}

/*
 * The tracee is about to get a signal: the number to let it have, or -errno.
 * What the kernel raises for what it did or held kills it, and accuses; what
 * somebody sent has to be told from that here: its death would not say.
 */
static int judge_signal(struct xs_task *t, pid_t pid, int signo)
{
	siginfo_t info;
	char what[sizeof(t->count->error_what)];
	long rc;

	if (!xs_death_is_fault(signo))
		return signo;
	rc = trace(PTRACE_GETSIGINFO, pid, 0, &info);
	if (rc < 0) /* it is gone: killed */
		return rc == -ESRCH ? signo : xs_task_fail(t, (int)rc, "PTRACE_GETSIGINFO");
	if (info.si_code > 0)
		return signo;
	snprintf(what, sizeof(what), "its tracee was sent signal %d by process %d", signo,
		 info.si_pid);
	return xs_task_fail(t, -ECANCELED, what);
}

static int look(struct xs_task *t, struct traced *tr, pid_t pid, int flags);

/*
 * What wait4() said of the tracee: 0, or -errno. -ECHILD: it is dead. One that somebody has stopped
 * stays so, unserved, until it is continued.
 */
static int handle(struct xs_task *t, struct traced *tr, pid_t pid, int status)
{
	long request = PTRACE_CONT, signo = 0;
	int rc = 0;

	if (!WIFSTOPPED(status)) {
		/* At the end of the run it leaves by itself. */
		if (xs_offspring_judge(t, status, died) || xs_task_stopping(t))
			return -ECHILD;
		return xs_task_fail(t, -ECHILD, died);
	}
	tr->stopped = 0;
	if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP) {
		tr->stopped = WSTOPSIG(status);
		request = PTRACE_LISTEN;
	} else if (status >> 16 == PTRACE_EVENT_STOP) {
		rc = serve_stop(t, tr, pid);
	} else {
		rc = judge_signal(t, pid, WSTOPSIG(status));
		signo = rc;
		rc = rc < 0 ? rc : 0;
	}
	if (rc >= 0)
		trace(request, pid, 0, (const void *)signo);
	/* Its last one: nothing that we do is to come before its death. */
	return xs_death_is_fault((int)signo) ? look(t, tr, pid, 0) : rc;
}

/* Take what has become of the tracee, and wait for that or not: as handle(). */
static int look(struct xs_task *t, struct traced *tr, pid_t pid, int flags)
{
	int status = 0;
	long rc;

	do
		rc = xs_syscall6(SYS_wait4, pid, (long)&status, __WALL | flags, 0, 0, 0);
	while (rc == -EINTR);
	if (rc < 0)
		return xs_task_fail(t, (int)rc, "waiting for its tracee");
	return rc ? handle(t, tr, pid, status) : 0;
}

/*
 * A lost write shows only if the tracee's registers stay in its CPU while it
 * is stopped: the tracer runs elsewhere, and nothing else on that CPU if that
 * can be had.
 */
static int part(struct xs_task *t, pid_t pid)
{
	const int32_t own = t->plan->cpu >= 0 ? t->plan->cpu : xs_cpu_now();
	const int32_t cpu = xs_quietest_cpu(&t->shared->plan, own, -1);
	int rc;

	if (cpu < 0)
		return xs_task_fail(t, -ENODEV, "finding a CPU for its tracee");
	rc = xs_pin(pid, cpu);
	if (!rc)
		rc = xs_pin(0, own);
	/* -EINVAL: hotplug has just taken it offline. */
	return rc && rc != -EINVAL ? xs_task_fail(t, rc, "pinning tracer and tracee") : 0;
}

static int trace_rounds(struct xs_task *t, struct traced *tr, pid_t pid)
{
	int rc = part(t, pid);

	if (rc)
		return rc;
	rc = (int)trace(PTRACE_SEIZE, pid, 0, (void *)PTRACE_O_EXITKILL);
	/* It is dead, and perhaps a zombie already: this says of what. */
	if (rc == -ESRCH || rc == -EPERM) {
		const int dead = look(t, tr, pid, rc == -EPERM ? WNOHANG : 0);

		if (dead)
			return dead;
	}
	if (rc < 0)
		return xs_task_fail(t, rc, "PTRACE_SEIZE");
	while (rc >= 0 && !xs_task_stopping(t)) {
		const uint32_t inside = t->slot->inside;
		const bool due = inside && inside != tr->served && !tr->stopped;

		/* A stop comes at once, and a death is as good: no need to look for it. */
		if (due)
			trace(PTRACE_INTERRUPT, pid, 0, NULL);
		rc = look(t, tr, pid, due ? 0 : WNOHANG);
		xs_sleep_us(LOOK_US);
	}
	return rc;
}

/* What has become of the tracee since the last look; then it goes. */
static void end_tracee(struct xs_task *t, struct traced *tr, pid_t pid)
{
	char what[sizeof(t->count->error_what)];
	int status;

	if (!t->count->error && look(t, tr, pid, WNOHANG) == -ECHILD)
		return;
	if (!t->count->error && tr->stopped) {
		snprintf(what, sizeof(what), "its tracee was stopped by signal %d for good",
			 tr->stopped);
		xs_task_fail(t, -ECANCELED, what);
	}
	xs_syscall3(SYS_kill, pid, SIGKILL, 0);
	do
		if (xs_syscall6(SYS_wait4, pid, (long)&status, __WALL, 0, 0, 0) != pid)
			return;
	while (WIFSTOPPED(status));
	if (WIFSIGNALED(status) && xs_death_is_fault(WTERMSIG(status)))
		xs_offspring_judge(t, status, died);
}

static int run(struct xs_task *t)
{
	struct traced *tr = mmap(NULL, sizeof(*tr), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	pid_t pid;
	int rc;

	if (tr == MAP_FAILED)
		return xs_task_fail(t, -errno, "allocating its tracee's images");
	xs_level_init(&tr->level, t, XS_PATTERN_TASK);
	xs_level_init(&tr->given, t, XS_PATTERN_GIVEN);
	rc = xs_task_begin(t);
	pid = rc < 0 ? rc : xs_offspring_fork();
	if (pid < 0)
		return rc < 0 ? rc : xs_task_fail(t, pid, "forking its tracee");
	if (!pid)
		tracee(t, tr);
	if (trace_rounds(t, tr, pid) != -ECHILD)
		end_tracee(t, tr, pid);
	xs_task_usage(t);
	return t->count->error;
}

const struct xs_pressure xs_pressure_ptrace = {
	.entry = {
		.name = "ptrace",
		.summary = "a tracer that reads and writes registers of a child that holds them",
		.flags = XS_PRESSURE_PROCESS | XS_PRESSURE_VECTOR,
		.supported = supported,
	},
	.run = run,
};
