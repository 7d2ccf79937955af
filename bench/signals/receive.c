// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread that takes signals, and its peer. Compiled without vector registers: those of the
 * class stay in use from the first signal to the last.
 */
#include "signals/receive.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/resource.h>

#include "child.h"
#include "task/sys.h"

#define PAGE	    4096u
#define WARM	    16u	      /* signals before the first that counts */
#define COUNT_EVERY 16u	      /* of them one is not timed: its page faults are counted */
#define LONGEST_NS  50000000u /* on a busy machine there are fewer signals */
#define PKRU_BIT    (1ull << XS_XFEATURE_PKRU)

static __thread struct xs_receiver *self;

static void handle(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
	self->entered = xs_rdtsc();
	self->came = self->turn;
}

void xs_receiver_end(struct xs_receiver *r, long rc, const char *what)
{
	if (rc && !r->rc) {
		r->what = what;
		r->rc = (int)rc;
	}
	r->over = 1;
	xs_wake(&r->over);
}

void xs_receiver_wait(struct xs_receiver *r)
{
	while (!r->over)
		xs_syscall6(SYS_futex, (long)&r->over, FUTEX_WAIT, 0, 0, 0, 0);
}

/* The calling thread's page faults so far. */
static uint64_t faults(void)
{
	struct rusage r;

	r.ru_minflt = r.ru_majflt = 0; /* not all: see xs_task_usage() */
	xs_syscall3(SYS_getrusage, RUSAGE_THREAD, (long)&r, 0);
	return (uint64_t)(r.ru_minflt + r.ru_majflt);
}

/*
 * With the stack pointer at @sp, below which the pages may be absent: the frame of a signal that
 * comes meanwhile goes there, if the thread has no alternate stack. From there on number @n may
 * come.
 */
#define LOWER_STACK "movq	%%rsp, %%rbx\n\tmovq	%[sp], %%rsp\n\tmovl	%[n], %[turn]\n\t"
#define RAISE_STACK "\n\tmovq	%%rbx, %%rsp"

/* A system call. */
static long call_lowered(struct xs_receiver *r, uint32_t n, long number, long a, long b, long c)
{
	register long r10 __asm__("r10") = 0;
	long result;

	__asm__ volatile(LOWER_STACK "syscall" RAISE_STACK
			 : "=a"(result), [turn] "=m"(r->turn)
			 : "a"(number), "D"(a), "S"(b), "d"(c),
			   "r"(r10), [sp] "r"(r->sp), [n] "r"(n)
			 : "rcx", "r11", "rbx", "memory");
	return result;
}

/* A loop until that number has come. */
static void spin_lowered(struct xs_receiver *r, uint32_t n)
{
	__asm__ volatile(LOWER_STACK "1:	pause\n\t"
				     "cmpl	%[n], %[came]\n\t"
				     "jne	1b" RAISE_STACK
			 : [turn] "=m"(r->turn)
			 : [sp] "r"(r->sp), [n] "r"(n), [came] "m"(r->came)
			 : "rbx", "cc", "memory");
}

static int prepare_signal(struct xs_receiver *r)
{
	return r->mitigation->each ? r->mitigation->each(r->stack.base, r->stack.bytes) : 0;
}

/* Have the peer send number @n, and wait for it. */
static void ask_peer(struct xs_receiver *r, uint32_t n)
{
	call_lowered(r, n, SYS_futex, (long)&r->turn, FUTEX_WAKE, 1);
	if (r->ask->sender == XS_SENDER_OTHER)
		spin_lowered(r, n);
	while (r->came != n)
		call_lowered(r, n, SYS_futex, (long)&r->came, FUTEX_WAIT, n - 1);
}

/* A signal of a peer's: how long it took in *ticks. */
static int take_from_peer(struct xs_receiver *r, uint32_t n, uint64_t *ticks, const char **what)
{
	ask_peer(r, n);
	*ticks = r->entered - r->sent;
	if ((int64_t)*ticks >= 0)
		return 0;
	*what = "the clocks (TSC) of two CPUs, which are not in step";
	return -ETIME;
}

/* One signal: 0 with *ticks set, or -errno with *what set. */
static int take(struct xs_receiver *r, uint32_t n, bool counted, uint64_t *ticks, const char **what)
{
	struct xs_subject *s = r->ask;
	uint64_t before = 0;
	int rc = 0;

	*what = "a signal";
	if (s->sender == XS_SENDER_SELF) {
		const uint64_t from = xs_rdtsc();

		rc = prepare_signal(r);
		if (counted)
			before = faults();
		if (rc >= 0)
			rc = (int)call_lowered(r, n, SYS_tgkill, r->pid, r->tid, SIGUSR1);
		*ticks = xs_rdtsc() - from;
	} else {
		if (counted)
			before = faults();
		rc = take_from_peer(r, n, ticks, what);
	}
	if (counted) {
		s->faults += faults() - before;
		s->counted++;
	}
	return rc < 0 ? rc : r->came == n ? 0 : -ENOMSG;
}

/* All signals: 0, or -errno with *what set. */
static int take_all(struct xs_receiver *r, const char **what)
{
	struct xs_subject *s = r->ask;
	struct xs_moment from;
	uint64_t ticks = 0;
	int rc;

	/* In use from here on; all other state is in its init state. */
	if (s->cpu->features & XS_CPU_XSAVE)
		__asm__ volatile("xrstor64 %0"
				 :
				 : "m"(*r->init), "a"((uint32_t)(s->cpu->xcr0 & ~PKRU_BIT)), "d"(0)
				 : "memory");
	xs_state(s->class)->load(r->image, s->cpu->offset);
	from = xs_moment_now();
	for (uint32_t n = 1; n <= WARM + s->signals; n++) {
		const bool counted = n > WARM && n % COUNT_EVERY == 0;

		rc = r->fault->arm(&r->stack);
		/* madvise() of locked pages: the mitigation has kept them. */
		if (rc < 0 && !(rc == -EINVAL && r->mitigation->locks)) {
			*what = "dropping the signal stack's pages";
			return rc;
		}
		rc = take(r, n, counted, &ticks, what);
		if (rc < 0)
			return rc;
		if (n > WARM && !counted)
			xs_histogram_add(&s->timing.ticks, ticks);
		if (counted && xs_now_ns() - from.ns > LONGEST_NS)
			break;
	}
	s->run_ns = xs_timing_end(&s->timing, &from);
	*what = "the registers differ after the last signal";
	return xs_state(s->class)->check(r->image, s->cpu->offset, r->scratch) ? -EBADMSG : 0;
}

/* What a machine, or a limit, does not let one do is no error: an errno for "skip". */
static int mitigate(struct xs_receiver *r)
{
	int rc = 0;

	if (r->mitigation->open)
		rc = r->mitigation->open(r->stack.base, r->stack.bytes);
	if (rc >= 0)
		rc = prepare_signal(r);
	return rc < 0 ? -rc : 0;
}

/* Have a handler, and a stack for it. */
static int prepare(struct xs_receiver *r)
{
	/* A page and more for what is called between the signals: below that arm() may drop all. */
	const uintptr_t sp =
		((uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)(PAGE - 1)) - PAGE;
	struct sigaction sa = { .sa_sigaction = handle,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
	const stack_t ss = { .ss_sp = r->stack.base, .ss_size = r->stack.bytes };
	struct xs_stack *s = &r->stack;

	self = r;
	r->sp = sp;
	s->drop = s->base;
	s->drop_bytes = r->ask->plain ? (size_t)((uint8_t *)sp - s->base) : s->bytes;
	r->pid = xs_syscall3(SYS_getpid, 0, 0, 0);
	r->tid = xs_syscall3(SYS_gettid, 0, 0, 0);
	if (sigaction(SIGUSR1, &sa, NULL) || (!r->ask->plain && sigaltstack(&ss, NULL)))
		return -errno;
	return 0;
}

void *xs_receiver_run(void *receiver)
{
	struct xs_receiver *r = receiver;
	const char *what = "preparing a thread for signals";
	int rc = xs_child_pin(r->ask->on_cpu);

	if (rc >= 0)
		rc = prepare(r);
	if (rc >= 0) {
		what = r->mitigation->summary;
		rc = mitigate(r);
	}
	if (!rc)
		rc = take_all(r, &what);
	xs_receiver_end(r, rc, what);
	return NULL;
}

void *xs_receiver_send(void *receiver)
{
	struct xs_receiver *r = receiver;
	const bool same = r->ask->sender == XS_SENDER_SAME;
	int rc = xs_child_pin(same ? r->ask->on_cpu : r->ask->peer_cpu);
	uint32_t last = 0;

	while (rc >= 0 && !r->over) {
		const uint32_t turn = r->turn;

		if (turn == last) {
			xs_syscall6(SYS_futex, (long)&r->turn, FUTEX_WAIT, last, 0, 0, 0);
			continue;
		}
		last = turn;
		r->sent = xs_rdtsc();
		rc = prepare_signal(r);
		if (rc >= 0)
			rc = (int)xs_syscall3(SYS_tgkill, r->pid, r->tid, SIGUSR1);
	}
	if (rc < 0)
		xs_receiver_end(r, rc, "the sender of signals");
	return NULL;
}
