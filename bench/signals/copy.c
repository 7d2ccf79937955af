// SPDX-License-Identifier: GPL-2.0-only
/*
 * mitigate/memcpy: the throughput of a copy that preemption signals interrupt.
 *
 * One thread copies with ymm registers; another sends it signals at a rate, as Go's scheduler
 * does, from another CPU if there is one. What a mitigation does before a signal the sender does,
 * as Go 1.14 did it. Nobody takes the stack's pages away: they are absent at the thread's first
 * signal at most. So this is the price of a mitigation in a program that runs well.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "report/interval.h"
#include "signals/gsignal.h"
#include "state/state.h"
#include "task/sys.h"

#define BYTES	 (2ul << 20) /* of the buffer that is copied */
#define CHUNK	 (128u << 10)
#define SLICE_NS 10000000u

/* Of a round: what slows the machine down for longer meets both. */
enum slice { QUIET, LOUD };
static const uint8_t slices[] = { QUIET, LOUD, LOUD, QUIET };

#define SLICES (sizeof(slices) / sizeof(slices[0]))

static const char *const rates[] = { "100", "1000", "10000" };

struct work {
	uint8_t row;
	uint32_t rate;
	uint32_t cpu, sender_cpu;
	uint64_t bytes[2], ns[2]; /* of the quiet slices, and of the others */
	uint64_t signals, faults; /* of the latter */
};

/* The two threads. */
struct copy {
	struct work *work;
	uint8_t *from, *to;
	long pid;
	volatile long tid;
	uint8_t *volatile base; /* signal stack of the one that copies */
	volatile uint32_t loud; /* futex: how many times the state has changed; odd: send */
	volatile bool over;
	volatile int rc; /* of either, and */
	const char *volatile what;
};

/* @bytes: a multiple of 128. */
static void copy_ymm(uint8_t *to, const uint8_t *from, size_t bytes)
{
	__asm__ volatile("1:	vmovdqu	(%[from]), %%ymm0\n\t"
			 "vmovdqu	32(%[from]), %%ymm1\n\t"
			 "vmovdqu	64(%[from]), %%ymm2\n\t"
			 "vmovdqu	96(%[from]), %%ymm3\n\t"
			 "vmovdqu	%%ymm0, (%[to])\n\t"
			 "vmovdqu	%%ymm1, 32(%[to])\n\t"
			 "vmovdqu	%%ymm2, 64(%[to])\n\t"
			 "vmovdqu	%%ymm3, 96(%[to])\n\t"
			 "addq	$128, %[from]\n\t"
			 "addq	$128, %[to]\n\t"
			 "subq	$128, %[bytes]\n\t"
			 "jnz	1b\n\t"
			 "vzeroupper"
			 : [to] "+r"(to), [from] "+r"(from), [bytes] "+r"(bytes)
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "cc", "memory");
}

/* The copying thread is done, with whatever result. */
static void end(struct copy *c, int rc, const char *what)
{
	c->what = what;
	c->rc = rc;
	c->over = true;
	/* Whoever is about to wait for another value must not sleep; the parity stays. */
	__atomic_add_fetch(&c->loud, 2, __ATOMIC_SEQ_CST);
	xs_wake(&c->loud);
}

/* Copy for a slice's time. */
static void run_slice(struct copy *c, enum slice slice)
{
	const uint64_t from_ns = xs_now_ns();
	struct work *w = c->work;
	uint64_t ns = 0, bytes = 0;
	size_t at = 0;

	while (ns < SLICE_NS) {
		copy_ymm(c->to + at, c->from + at, CHUNK);
		at = (at + CHUNK) % BYTES;
		bytes += CHUNK;
		ns = xs_now_ns() - from_ns;
	}
	w->bytes[slice] += bytes;
	w->ns[slice] += ns;
}

static void *copy(void *arg)
{
	struct copy *c = arg;
	struct work *w = c->work;
	const char *what = "pinning a thread to a CPU";
	uint8_t *base = NULL;
	uint64_t faults;
	int rc = xs_child_pin(w->cpu);

	if (!rc) {
		rc = xs_gsignal_open(&xs_mitigations[w->row], &base, &what);
		rc = rc < 0 ? -rc : 0;
	}
	c->base = base;
	c->tid = gettid();
	/* Caches and the CPU's clock are to be what they stay. */
	run_slice(c, QUIET);
	w->bytes[QUIET] = w->ns[QUIET] = 0;
	for (uint32_t i = 0; !rc && i < SLICES; i++) {
		if ((c->loud & 1) != slices[i]) {
			c->loud++;
			xs_wake(&c->loud);
		}
		faults = xs_gsignal_faults();
		run_slice(c, slices[i]);
		if (slices[i] == LOUD)
			w->faults += xs_gsignal_faults() - faults;
	}
	w->signals = xs_gsignal_count();
	if (!rc && memcmp(c->to, c->from, BYTES) != 0) {
		rc = -EBADMSG;
		what = "the copy differs";
	}
	end(c, rc, what);
	return NULL;
}

/* Send at the rate for as long as it is loud: 0, -errno, or an errno of the mitigation. */
static int send_loud(struct copy *c, uint32_t loud)
{
	const struct xs_mitigation *m = &xs_mitigations[c->work->row];
	const uint64_t period_ns = 1000000000u / c->work->rate;
	/* In the middle of a period: as many as the rate says in two slices. */
	uint64_t next_ns = xs_now_ns() + period_ns / 2;

	for (;; next_ns += period_ns) {
		const struct timespec next = { .tv_sec = (time_t)(next_ns / 1000000000u),
					       .tv_nsec = (long)(next_ns % 1000000000u) };
		int rc;

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL))
			;
		if (c->over || c->loud != loud)
			return 0;
		rc = m->each ? m->each(c->base, XS_GSIGNAL_BYTES) : 0;
		if (rc < 0)
			return -rc;
		rc = (int)xs_syscall3(SYS_tgkill, c->pid, c->tid, SIGUSR1);
		if (rc < 0)
			return rc;
	}
}

static int send(struct copy *c)
{
	int rc = xs_child_pin(c->work->sender_cpu);

	while (!rc && !c->over) {
		const uint32_t loud = c->loud;

		if (loud & 1)
			rc = send_loud(c, loud);
		else
			xs_syscall6(SYS_futex, (long)&c->loud, FUTEX_WAIT, loud, 0, 0, 0);
	}
	return rc;
}

/* In the child. Its exit ends the thread, which may run until then. */
static int run_round(void *shared, uint32_t i, const char **what)
{
	static struct copy state;
	struct copy *const c = &state;
	uint8_t *buffer =
		mmap(NULL, 2 * BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct xs_mitigation *m = &xs_mitigations[((struct work *)shared)->row];
	pthread_t thread;
	int rc = m->process ? m->open(NULL, 0) : 0;

	*what = m->summary;
	if (rc < 0)
		return -rc;
	*what = "a buffer and a thread to copy it";
	/* After mlockall() that counts against the limit, too. */
	if (buffer == MAP_FAILED)
		return m->process ? ENOMEM : -ENOMEM;
	*c = (struct copy){ .work = shared, .pid = getpid(), .what = "" };
	c->from = buffer;
	c->to = buffer + BYTES;
	for (i = 0; i < BYTES; i++)
		buffer[i] = (uint8_t)(i * 2654435761u >> 24);
	rc = xs_gsignal_handle();
	if (rc)
		return rc;
	rc = pthread_create(&thread, NULL, copy, c);
	if (rc)
		return m->process ? rc : -rc;
	*what = "sending signals to a thread";
	rc = send(c);
	if (rc)
		return rc;
	pthread_join(thread, NULL);
	*what = c->what;
	return c->rc;
}

/* What the rounds came to. */
enum { MB_PER_S, PER_100000, SIGNALS_PER_S, ROWS };

static int measure(struct xs_measure *m)
{
	struct work *w = m->state;
	double quiet, loud;

	if (xs_lab_needs(m, XS_STATE_avx))
		return -ECANCELED;
	*w = (struct work){ .row = m->key[0],
			    .rate = (uint32_t)atoi(rates[m->key[1]]),
			    .cpu = xs_lab_cpu(m->lab) };
	if (!xs_child_other_cpu(m->lab, &w->sender_cpu))
		w->sender_cpu = w->cpu;
	if (xs_child_run(m, run_round, w))
		return -ECANCELED;
	m->ns = w->ns[QUIET] + w->ns[LOUD];
	quiet = (double)w->bytes[QUIET] / (double)w->ns[QUIET];
	loud = (double)w->bytes[LOUD] / (double)w->ns[LOUD];
	xs_lab_set(m, MB_PER_S, (uint64_t)(loud * 1e3));
	xs_lab_set(m, PER_100000, (uint64_t)(loud / quiet * 1e5));
	xs_lab_set(m, SIGNALS_PER_S, w->signals * 1000000000u / w->ns[LOUD]);
	return 0;
}

static void report(struct xs_measure *m)
{
	const struct work *w = m->state;
	const double per_s = xs_lab_median(m, SIGNALS_PER_S, 1);

	xs_bench_counter(m->b, "gb_per_s", xs_lab_median(m, MB_PER_S, 1e3));
	xs_bench_counter(m->b, "percent", xs_lab_median(m, PER_100000, 1e3));
	xs_bench_counter(m->b, "signals_per_s", per_s);
	if (per_s < 0.9 * w->rate)
		xs_bench_label(m->b, "too busy a machine: fewer signals came than were to");
	else if (w->cpu == w->sender_cpu)
		xs_bench_label(m->b, "one CPU: the sender shares it");
}

static const struct xs_family mitigated_copy = {
	.name = "mitigate/memcpy",
	.list = { XS_LIST(xs_mitigations, XS_MITIGATIONS, .name), XS_WORDS(rates) },
	.bytes = sizeof(struct work),
	.rows = ROWS,
	.round = measure,
	.report = report,
};
XS_FAMILY(mitigated_copy);
