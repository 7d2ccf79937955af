// SPDX-License-Identifier: GPL-2.0-only
/* A child's last words: what it dies of, and where. */
#include "task/death.h"

#include <time.h>
#include <ucontext.h>

#include "task/sys.h"

#define USER32_CS 0x23u
#define SELECTOR  0xffffu
#define PAGE	  4096u

/* Of all assembly that runs on live registers: state/asm.h. */
extern const char __start_xs_live[], __stop_xs_live[], __start_xs_trap[], __stop_xs_trap[];

/* The calling process's; handlers get no argument. */
static struct xs_death *mine;
static __thread struct {
	uint8_t *at;
	size_t bytes;
} frames;

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

static bool within(uint64_t ip, const char *from, const char *to)
{
	return ip >= (uintptr_t)from && ip < (uintptr_t)to;
}

/* Registers that the kernel has restored lead there, or no instruction is there at all. */
static enum xs_death_place place_of(const struct xs_death *d, uint64_t selectors)
{
	/* The address of the others is always the instruction's. */
	const bool access = d->signo == SIGSEGV || d->signo == SIGBUS;

	if (within(d->ip, __start_xs_live, __stop_xs_live) ||
	    within(d->ip, __start_xs_trap, __stop_xs_trap) || (access && d->ip == d->address) ||
	    (selectors & SELECTOR) == USER32_CS)
		return XS_DEATH_LIVE;
	return XS_DEATH_HARNESS;
}

void xs_death_frames(uint8_t *at, size_t bytes)
{
	frames.at = at;
	frames.bytes = bytes;
}

/* Whether another system call, too, fails to write where the frames go. */
static bool starved(void)
{
	for (size_t i = 0; i < frames.bytes; i += PAGE)
		if (xs_syscall3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)(frames.at + i), 0) < 0)
			return true;
	return false;
}

void xs_death_note(int signo, const siginfo_t *info, const void *context)
{
	const ucontext_t *uc = context;
	struct xs_death *d = mine;
	uint32_t armed = XS_DEATH_ARMED;

	/* Two threads may die at once. */
	if (!d || !__atomic_compare_exchange_n(&d->state, &armed, XS_DEATH_SEEN, false,
					       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return;
	d->signo = signo;
	d->code = info ? info->si_code : SI_USER;
	d->starved = signo == SIGSEGV && d->code == SI_KERNEL && starved();
	d->place = XS_DEATH_LIVE;
	if (info && info->si_code <= 0)
		d->sender = info->si_pid;
	if (!uc)
		return;
	d->ip = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	d->address = info && info->si_code != SI_KERNEL ? (uintptr_t)info->si_addr : 0;
	d->trap = (uint8_t)uc->uc_mcontext.gregs[REG_TRAPNO];
	d->place = (uint8_t)place_of(d, (uint64_t)uc->uc_mcontext.gregs[REG_CSGSFS]);
}

void xs_death_die(int signo)
{
	signal(signo, SIG_DFL);
	xs_syscall3(SYS_tgkill, xs_syscall3(SYS_getpid, 0, 0, 0), xs_syscall3(SYS_gettid, 0, 0, 0),
		    signo);
}

/* On the thread's own stack. A second fault, of this, ends it (SA_RESETHAND). */
static void last_words(int signo, siginfo_t *info, void *context)
{
	xs_death_note(signo, info, context);
	xs_death_die(signo);
}

void xs_death_again(int signo)
{
	struct sigaction sa = { .sa_sigaction = last_words,
				.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_NODEFER) };

	for (size_t i = 0; mine && i < sizeof(signals) / sizeof(signals[0]); i++)
		if (signals[i] == signo)
			sigaction(signo, &sa, NULL);
}

void xs_death_unwatch(void)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
}

void xs_death_watch(struct xs_death *d)
{
	*d = (struct xs_death){ .state = XS_DEATH_UNARMED };
	mine = d;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		xs_death_again(signals[i]);
	d->state = XS_DEATH_ARMED;
}

void xs_death_of_child(int signo)
{
	const siginfo_t info = { .si_code = SI_KERNEL };

	xs_death_frames(NULL, 0);
	xs_death_note(signo, &info, NULL);
}
