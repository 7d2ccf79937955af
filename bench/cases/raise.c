// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine/raise: the engine's proved signals a second beside loops that prove nothing.
 *
 *   raise   what will-it-scale's signal1 does: a handler by signal(), and raise() for ever, in
 *	     a process on each CPU; no stack fault, no vector register in use
 *   used    the same with 16 ymm registers in use
 *   bare    the system calls of the engine's case, with these registers and a fault each
 *
 * All take turns on the same CPUs.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "lab.h"
#include "stack/stack.h"
#include "state/image.h"
#include "task/sys.h"
#include "task/window.h"

#define SIGNALS	    5000u	  /* of each worker: however late it gets a CPU, some are proved */
#define RUN_MS	    10u		  /* of a loop */
#define CALLS	    64u		  /* between two looks at the clock */
#define STACK_BYTES (16ul * 4096) /* as the engine's */

enum loop { RAISE, USED, BARE, LOOPS };

/* Rows: signals a second of each, and of the engine, in per mille of a loop's. */
enum { ENGINE = LOOPS, PLAIN, OF_BARE, OF_BARE_CPU, OF_RAISE, OF_USED, PLAIN_OF_USED, ROWS };

/* Shared with the children. */
struct loops {
	const struct xs_cpu *cpu;
	enum loop loop;
	struct {
		_Alignas(64) uint64_t signals;
		uint64_t ns;
	} of[XS_WORKERS_MAX];
};

static void handle(int signo)
{
	(void)signo;
}

/* A signal stack to be dropped, and the handler on it: 0 or -errno. */
static int prepare_bare(uint8_t **stack)
{
	struct sigaction sa = { .sa_handler = handle, .sa_flags = SA_ONSTACK | SA_RESTART };
	stack_t ss = { .ss_size = STACK_BYTES };

	*stack =
		mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*stack == MAP_FAILED)
		return -errno;
	ss.ss_sp = *stack;
	return sigaltstack(&ss, NULL) || sigaction(SIGUSR1, &sa, NULL) ? -errno : 0;
}

static void signal_calls(uint8_t *stack, long pid)
{
	for (uint32_t i = 0; i < CALLS; i++) {
		if (!stack) {
			raise(SIGUSR1);
			continue;
		}
		xs_syscall3(SYS_madvise, (long)stack, STACK_BYTES, MADV_DONTNEED);
		xs_syscall3(SYS_tgkill, pid, pid, SIGUSR1);
	}
}

/* All in init state, as in a program that never used vectors: libc's string functions do. */
static void init_registers(const struct xs_cpu *cpu, uint8_t *image)
{
	const uint64_t mask = cpu->xcr0 & ~(1ull << XS_XFEATURE_PKRU);

	xs_image_init(image, cpu);
	__asm__ volatile("xrstor64 (%0)"
			 :
			 : "r"(image), "a"((uint32_t)mask), "d"((uint32_t)(mask >> 32))
			 : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
			   "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

/* Which of AVX and AVX-512 are in use, by XSAVE's word. Emulation may say always. */
static uint64_t in_use(const struct xs_cpu *cpu, uint8_t *image)
{
	const uint64_t avx = 1ull << 2, avx512 = 7ull << 5;
	uint64_t bv;

	xs_dump(image, cpu->xcr0);
	memcpy(&bv, image + XS_IMAGE_XSTATE_BV, sizeof(bv));
	return bv & (avx | avx512);
}

static int run_loop(void *shared, uint32_t i, const char **what)
{
	static _Alignas(64) uint8_t image[XS_IMAGE_MAX];
	const struct xs_drive drive = { .mask = 1u << XS_STATE_avx, .vectors = UINT32_MAX };
	const uint64_t run_ns = RUN_MS * 1000000ull;
	struct loops *l = shared;
	uint64_t from_ns, ns, signals = 0, used;
	const long pid = getpid();
	uint8_t *stack = NULL;
	int rc = 0;

	*what = "a loop of signals";
	if (l->loop == BARE)
		rc = prepare_bare(&stack);
	else if (signal(SIGUSR1, handle) == SIG_ERR)
		rc = -errno;
	if (rc)
		return rc;
	xs_image_fill(image, l->cpu, &drive, 1);
	if (l->loop == RAISE)
		init_registers(l->cpu, image);
	else
		xs_state(XS_STATE_avx)->load(image, l->cpu->offset);
	used = in_use(l->cpu, image);
	from_ns = xs_now_ns();
	do {
		signal_calls(stack, pid);
		signals += CALLS;
		ns = xs_now_ns() - from_ns;
	} while (ns < run_ns);
	l->of[i].signals = signals;
	l->of[i].ns = ns;
	*what = "registers came into use, or fell out of it";
	return in_use(l->cpu, image) == used ? 0 : -EPROTO;
}

/* How fast something was: signals a second by the clock, and ns of CPU time for each. */
struct pace {
	uint64_t per_s, cpu_ns;
};

/* A loop on each of @n CPUs. */
static int time_loop(struct xs_measure *m, uint32_t n, enum loop loop, struct pace *pace)
{
	const uint64_t from_us = xs_child_cpu_us();
	struct loops *l = m->state;
	uint32_t cpu[XS_WORKERS_MAX];
	uint64_t signals = 0;

	for (uint32_t i = 0; i < n; i++)
		cpu[i] = n == 1 ? xs_lab_cpu(m->lab) : xs_lab_cpu_at(m->lab, i);
	l->cpu = xs_arena_cpu(m->lab->session.arena);
	l->loop = loop;
	if (xs_child_run_all(m, cpu, n, run_loop, l))
		return -ECANCELED;
	pace->per_s = 0;
	for (uint32_t i = 0; i < n; i++) {
		pace->per_s += l->of[i].signals * 1000000000 / l->of[i].ns;
		signals += l->of[i].signals;
	}
	pace->cpu_ns = (xs_child_cpu_us() - from_us) * 1000 / signals;
	return 0;
}

/* Workers on @n CPUs. */
static int time_engine(struct xs_measure *m, uint32_t n, unsigned int fault, struct pace *pace)
{
	const struct xs_evidence *e = &m->lab->outcome.verdict.evidence;
	const uint64_t from_us = xs_child_cpu_us();
	struct xs_case c;

	xs_lab_case(&c, SIGNALS);
	c.workers = n;
	c.fault = (uint8_t)fault;
	if (n == 1)
		xs_lab_pin(m->lab, &c);
	if (xs_lab_run(m, &c, NULL))
		return -ECANCELED;
	pace->per_s = 0;
	/* From its first signal on: the loops have no way to theirs. */
	if (e->elapsed_ns > e->first_signal_ns)
		pace->per_s = e->signals * 1000000000 / (e->elapsed_ns - e->first_signal_ns);
	pace->cpu_ns = (xs_child_cpu_us() - from_us) * 1000 / e->signals;
	if (!pace->per_s || !pace->cpu_ns)
		return xs_lab_fail(m, "a worker that got no CPU", -ETIME);
	return 0;
}

static int run_round(struct xs_measure *m)
{
	const uint32_t cpus = xs_lab_cpus(m->lab);
	const uint32_t n = !m->key[0] ? 1 : cpus < XS_WORKERS_MAX ? cpus : XS_WORKERS_MAX;
	struct pace pace[PLAIN + 1];

	if (m->key[0] && cpus == 1)
		return xs_lab_skip(m, "one CPU: engine/raise is the same");
	if (xs_lab_needs(m, XS_STATE_avx) || time_engine(m, n, XS_STACK_dontneed, &pace[ENGINE]) ||
	    time_engine(m, n, XS_STACK_none, &pace[PLAIN]))
		return -ECANCELED;
	for (enum loop loop = 0; loop < LOOPS; loop++)
		if (time_loop(m, n, loop, &pace[loop]))
			return -ECANCELED;
	for (uint32_t row = 0; row <= PLAIN; row++)
		xs_lab_set(m, row, pace[row].per_s);
	xs_lab_set(m, OF_BARE, 1000 * pace[ENGINE].per_s / pace[BARE].per_s);
	xs_lab_set(m, OF_BARE_CPU, 1000 * pace[BARE].cpu_ns / pace[ENGINE].cpu_ns);
	xs_lab_set(m, OF_RAISE, 1000 * pace[ENGINE].per_s / pace[RAISE].per_s);
	xs_lab_set(m, OF_USED, 1000 * pace[ENGINE].per_s / pace[USED].per_s);
	xs_lab_set(m, PLAIN_OF_USED, 1000 * pace[PLAIN].per_s / pace[USED].per_s);
	m->ns = 0;
	return 0;
}

static void report(struct xs_measure *m)
{
	static const char *const names[ROWS] = {
		[ENGINE] = "engine_per_s",
		[PLAIN] = "plain_per_s",
		[BARE] = "bare_per_s",
		[RAISE] = "raise_per_s",
		[USED] = "used_per_s",
		[OF_BARE] = "percent_of_bare",
		[OF_BARE_CPU] = "percent_of_bare_cpu",
		[OF_RAISE] = "percent_of_raise",
		[OF_USED] = "percent_of_used",
		[PLAIN_OF_USED] = "plain_percent_of_used",
	};

	for (uint32_t row = 0; row < ROWS; row++)
		xs_bench_counter(m->b, names[row], xs_lab_median(m, row, row > PLAIN ? 10 : 1));
}

static const char *const places[] = { "raise", "raise/cpus" };
static const struct xs_family against_raise = {
	.name = "engine",
	.help = "  engine/raise[/cpus]  proved signals a second, beside loops that prove nothing, "
		"on\n                  one CPU, or on all\n",
	.list = { XS_WORDS(places) },
	.bytes = sizeof(struct loops),
	.rows = ROWS,
	.round = run_round,
	.report = report,
};
XS_FAMILY(against_raise);
