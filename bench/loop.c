// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine/loop: how many faulting signals a second the engine delivers and proves,
 * beside a bare loop that makes the same system calls and proves nothing.
 *
 * Both run in a child on the same CPU, in turn, pair by pair, so that what else
 * the machine does meets both. A round of either: MADV_DONTNEED of a signal
 * stack of 16 pages, tgkill() to oneself, a handler on that stack, whose frame
 * faults one page in, and sigreturn, with 16 ymm registers in use. The engine
 * also loads those registers with a new generation before, and proves the frame,
 * the registers at handler entry, and the registers after sigreturn.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child.h"
#include "engine/sys.h"
#include "report/interval.h"
#include "state/image.h"

#define STACK_BYTES (16ul * 4096) /* as the engine's */
#define SIGNALS	    20000u	  /* of each run */

/* What the pairs came to, a row each: signals a second, by the clock and by CPU time. */
enum { BARE, ENGINE, PER_MILLE, PER_MILLE_CPU, NUMBERS };

static void handle(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
}

/* What the bare loop needs, and the time that it took. */
struct bare {
	const struct xs_cpu *cpu;
	uint32_t on_cpu;
	uint64_t ns;
};

/* Become what its signals need: 0 or -errno. */
static int prepare(uint32_t cpu, uint8_t **stack)
{
	struct sigaction sa = { .sa_sigaction = handle,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };
	stack_t ss = { .ss_size = STACK_BYTES };

	*stack =
		mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*stack == MAP_FAILED)
		return -errno;
	ss.ss_sp = *stack;
	if (sigaction(SIGUSR1, &sa, NULL) || sigaltstack(&ss, NULL))
		return -errno;
	return xs_child_pin(cpu);
}

/* In a child. */
static int run_bare(void *shared, const char **what)
{
	static _Alignas(64) uint8_t image[XS_IMAGE_MAX];
	const struct xs_drive drive = { .mask = 1u << XS_STATE_avx, .vectors = UINT32_MAX };
	const long pid = getpid();
	struct bare *bare = shared;
	uint64_t from_ns;
	uint8_t *stack;
	int rc = prepare(bare->on_cpu, &stack);

	*what = "the bare loop";
	if (rc)
		return rc;
	xs_image_fill(image, bare->cpu, &drive, 1);
	from_ns = xs_now_ns();
	/* In use from here on: every frame saves them, every sigreturn restores them. */
	xs_states[XS_STATE_avx].load(image, bare->cpu->offset);
	for (uint32_t i = 0; i < SIGNALS; i++) {
		xs_syscall3(SYS_madvise, (long)stack, STACK_BYTES, MADV_DONTNEED);
		xs_syscall3(SYS_tgkill, pid, pid, SIGUSR1);
	}
	bare->ns = xs_now_ns() - from_ns;
	return 0;
}

/* CPU time of the children that are over. */
static uint64_t children_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (uint64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* One run of each; @number: room for NUMBERS of them, .. @rounds apart. */
static int run_pair(struct xs_bench *b, struct xs_lab *lab, const struct xs_case *c,
		    struct bare *bare, uint64_t *number, uint64_t rounds)
{
	const struct xs_evidence *e = &lab->outcome.verdict.evidence;
	const uint64_t before_us = children_us();
	uint64_t bare_ns, engine_ns, unused, between_us, bare_us, engine_us;

	if (xs_child_run(lab, b, run_bare, bare))
		return -ECANCELED;
	bare_ns = bare->ns;
	between_us = children_us();
	if (xs_lab_run(lab, b, c, NULL, &unused))
		return -ECANCELED;
	bare_us = between_us - before_us;
	engine_us = children_us() - between_us;
	/* From its first signal on: the other has no way to it that would count. */
	engine_ns = e->elapsed_ns - e->first_signal_ns;
	if (!engine_ns || !bare_ns || !engine_us)
		return xs_lab_fail(lab, b, "a clock that stands still", -ETIME);
	number[BARE * rounds] = SIGNALS * 1000000000ull / bare_ns;
	number[ENGINE * rounds] = e->signals * 1000000000ull / engine_ns;
	number[PER_MILLE * rounds] = 1000 * bare_ns * e->signals / (SIGNALS * engine_ns);
	number[PER_MILLE_CPU * rounds] = 1000 * bare_us / engine_us;
	xs_bench_time(b, bare_ns + engine_ns);
	return 0;
}

static void report(struct xs_bench *b, uint64_t *number, uint64_t rounds, uint64_t n)
{
	const struct xs_spread percent = xs_spread(number + PER_MILLE * rounds, n);

	xs_bench_counter(b, "bare_per_s", (double)xs_spread(number + BARE * rounds, n).median);
	xs_bench_counter(b, "engine_per_s", (double)xs_spread(number + ENGINE * rounds, n).median);
	xs_bench_counter(b, "percent", (double)percent.median / 10);
	xs_bench_counter(b, "percent_least", (double)percent.min / 10);
	xs_bench_counter(b, "percent_most", (double)percent.max / 10);
	xs_bench_counter(b, "percent_cpu",
			 (double)xs_spread(number + PER_MILLE_CPU * rounds, n).median / 10);
}

static void run_loop(struct xs_bench *b, void *arg)
{
	const uint64_t rounds = xs_bench_iterations(b);
	uint64_t *number = calloc(rounds, NUMBERS * sizeof(*number)), n = 0;
	struct xs_lab *lab = arg;
	struct bare *bare = xs_child_memory(lab, b, sizeof(*bare));
	struct xs_case c;

	if (!bare)
		goto out;
	if (!number) {
		xs_lab_fail(lab, b, "room for the numbers of all rounds", -ENOMEM);
		goto out;
	}
	bare->cpu = xs_arena_cpu(lab->session.arena);
	bare->on_cpu = xs_lab_cpu(lab);
	xs_lab_case(&c, SIGNALS);
	snprintf(c.cpus, sizeof(c.cpus), "%u", bare->on_cpu);
	while (xs_bench_next(b) && !run_pair(b, lab, &c, bare, number + n, rounds))
		n++;
	if (n == rounds)
		report(b, number, rounds, n);
out:
	xs_child_memory_free(bare, sizeof(*bare));
	free(number);
}

void xs_loop_register(struct xs_lab *lab)
{
	xs_bench_register("engine/loop", run_loop, lab);
}
