// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of an iteration, in batches between two readings of the TSC.
 *
 * Compiled like the engine, without vector and x87 registers: what a class has
 * loaded stays there, and is proved, until the next one is loaded.
 */
#include "cases/parts.h"

#include <errno.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "child.h"
#include "report/interval.h"
#include "state/frame.h"
#include "state/image.h"
#include "task/sys.h"
#include "task/window.h"

#define BATCHES	    15u
#define CALLS	    256u /* of a routine, each batch */
#define SIGNALS	    64u	 /* of XS_PART_KERNEL, each batch */
#define STACK_BYTES (16ul * 4096)

/* Shared with the child. */
struct bed {
	_Alignas(64) uint8_t image[XS_IMAGE_MAX];
	_Alignas(64) uint8_t init[XS_IMAGE_MAX];
	_Alignas(64) uint8_t entry[XS_IMAGE_MAX];
	_Alignas(64) uint8_t frame[XS_IMAGE_MAX];
	_Alignas(64) uint8_t dump[XS_IMAGE_MAX];
	_Alignas(64) uint8_t scratch[XS_SCRATCH_BYTES];
	_Alignas(64) uint8_t stack[STACK_BYTES];
	const struct xs_cpu *cpu;
	const struct xs_state_class *class;
	struct xs_drive drive;
	uint32_t generation; /* of .image */
	uint64_t dump_mask;
	uint64_t wrong; /* not 0: something was not as it had to be */
	const uint8_t *fpstate;
	uint64_t fpstate_bytes;
	uint64_t ps[XS_PARTS];
	uint64_t ticks[XS_PARTS][BATCHES];
};

static void load(struct bed *b)
{
	b->class->load(b->image, b->cpu->offset);
}

static uint64_t check(struct bed *b)
{
	return b->class->check(b->image, b->cpu->offset, b->scratch);
}

static void run_step(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++) {
		xs_image_step(b->image, b->cpu, &b->drive, b->generation, b->generation + 1);
		b->generation++;
	}
}

static void run_load(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++)
		load(b);
}

static void run_check(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++)
		b->wrong |= check(b);
}

static void run_kernel(struct bed *b)
{
	const long pid = xs_syscall3(SYS_getpid, 0, 0, 0);

	for (uint32_t i = 0; i < SIGNALS; i++)
		b->wrong |= xs_syscall3(SYS_tgkill, pid, pid, SIGUSR1) != 0;
}

static void run_dump(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++)
		xs_dump(b->entry, b->dump_mask);
}

static void run_dump_loaded(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++)
		xs_dump(b->dump, b->dump_mask);
}

static void run_copy(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++)
		xs_copy(b->frame, b->fpstate, b->fpstate_bytes);
}

static void run_compare(struct bed *b)
{
	for (uint32_t i = 0; i < CALLS; i++) {
		b->wrong |= xs_image_differs(b->image, b->frame, b->cpu, b->drive.mask);
		b->wrong |= xs_image_differs(b->init, b->entry, b->cpu, b->drive.mask);
	}
}

static void time_part(struct bed *b, enum xs_part part, void (*run)(struct bed *b))
{
	for (uint32_t i = 0; i < BATCHES; i++) {
		const uint64_t from = xs_rdtsc();

		run(b);
		b->ticks[part][i] = xs_rdtsc() - from;
	}
}

static void handle(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
}

/* Registers are in init state here, and the frame is the kernel's. */
static void handle_timed(int signo, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;
	struct bed *b = info->si_value.sival_ptr;

	(void)signo;
	b->fpstate = (const uint8_t *)uc->uc_mcontext.fpregs;
	b->fpstate_bytes = XS_IMAGE_LEGACY_BYTES;
	if (xs_frame_get32(b->fpstate, XS_SW_MAGIC1) == XS_FRAME_MAGIC1)
		b->fpstate_bytes = xs_frame_get32(b->fpstate, XS_SW_XSTATE_SIZE);
	if (b->fpstate_bytes > XS_IMAGE_MAX) {
		b->wrong = 1;
		return;
	}
	time_part(b, XS_PART_DUMP, run_dump);
	time_part(b, XS_PART_COPY, run_copy);
}

/* By the system call: the C library may use registers to fill the siginfo. */
static int signal_timed(struct bed *b)
{
	siginfo_t info;

	xs_zero(&info, sizeof(info));
	info.si_signo = SIGUSR2;
	info.si_code = SI_QUEUE;
	info.si_value.sival_ptr = b;
	return (int)xs_syscall3(SYS_rt_sigqueueinfo, xs_syscall3(SYS_getpid, 0, 0, 0), SIGUSR2,
				(long)&info);
}

static int install(struct bed *b)
{
	struct sigaction sa = { .sa_sigaction = handle,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
	const stack_t ss = { .ss_sp = b->stack, .ss_size = sizeof(b->stack) };

	if (sigaltstack(&ss, NULL) || sigaction(SIGUSR1, &sa, NULL))
		return -errno;
	sa.sa_sigaction = handle_timed;
	return sigaction(SIGUSR2, &sa, NULL) ? -errno : 0;
}

/* Between the first load and the last check nothing here uses a register of any class. */
static void time_all(struct bed *b)
{
	time_part(b, XS_PART_STEP, run_step);
	time_part(b, XS_PART_LOAD, run_load);
	time_part(b, XS_PART_CHECK, run_check);
	time_part(b, XS_PART_DUMP_LOADED, run_dump_loaded);
	b->wrong |= check(b);
	time_part(b, XS_PART_KERNEL, run_kernel);
	b->wrong |= check(b);
	b->wrong |= signal_timed(b) || !b->fpstate;
	b->wrong |= check(b);
	time_part(b, XS_PART_COMPARE, run_compare);
	xs_registers_default();
}

/* The TSC's rate is taken from the same time and on the same CPU: it need not be constant. */
static int time_in_child(void *shared, uint32_t i, const char **what)
{
	struct bed *b = shared;
	uint64_t ns = xs_now_ns(), ticks = xs_rdtsc();
	int rc = install(b);

	(void)i;
	*what = "the parts of an iteration";
	if (rc)
		return rc;
	time_all(b);
	ns = xs_now_ns() - ns;
	ticks = xs_rdtsc() - ticks;
	if (!ticks)
		return -ETIME;
	*what = "a register or a frame was wrong";
	if (b->wrong)
		return -EBADMSG;
	for (uint32_t part = 0; part < XS_PARTS; part++) {
		const uint64_t calls = part == XS_PART_KERNEL ? SIGNALS : CALLS;

		b->ps[part] = xs_spread(b->ticks[part], BATCHES).median * 1000 / calls * ns / ticks;
	}
	return 0;
}

int xs_parts_time(struct xs_measure *m, uint32_t class, uint64_t ps[XS_PARTS])
{
	const struct xs_cpu *cpu = xs_arena_cpu(m->lab->session.arena);
	struct bed *b = xs_child_memory(sizeof(*b));
	int rc;

	if (!b)
		return xs_lab_fail(m, "memory that is shared with a child", -ENOMEM);
	b->cpu = cpu;
	b->class = xs_state(class);
	b->drive = (struct xs_drive){ .mask = 1u << class, .vectors = UINT32_MAX };
	b->dump_mask = cpu->features & XS_CPU_XSAVE ? xs_state_xfeatures(b->drive.mask) : 0;
	b->generation = 1;
	xs_image_fill(b->image, cpu, &b->drive, b->generation);
	xs_image_entry(b->init, cpu);
	rc = xs_child_run(m, time_in_child, b);
	for (uint32_t part = 0; part < XS_PARTS; part++)
		ps[part] = b->ps[part];
	xs_child_memory_free(b, sizeof(*b));
	return rc;
}
