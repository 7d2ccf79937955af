// SPDX-License-Identifier: GPL-2.0-only
/* A child's last words: what it dies of, and where; and whether the kernel is to blame. */
#include "task/death.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

#include "task/sys.h"

#define USER32_CS 0x23u
#define SELECTOR  0xffffu
#define PAGE	  4096u
#define TRAP_GP	  13 /* SDM vol. 3, 6.15 */
#ifndef SEGV_PKUERR
#define SEGV_PKUERR 4 /* uapi/asm-generic/siginfo.h */
#endif

/* Of all assembly that runs on live registers: state/asm.h. */
extern const char __start_xs_live[], __stop_xs_live[], __start_xs_trap[], __stop_xs_trap[];

/* The calling process's; handlers get no argument. */
static struct xs_death *mine;
static __thread struct {
	uint8_t *at;
	size_t bytes;
} frames;

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

bool xs_death_is_fault(int signo)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (signals[i] == signo)
			return true;
	return false;
}

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

	if (mine && xs_death_is_fault(signo))
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

/* A floating-point exception that is masked unless the kernel has lost MXCSR or FCW. */
static bool floating(const struct xs_death *d)
{
	return d->signo == SIGFPE && d->code >= FPE_FLTDIV && d->code <= FPE_FLTSUB;
}

/* A fault of the instruction itself; else the kernel could not write a frame, or take one. */
static bool by_instruction(const struct xs_death *d)
{
	return d->code != SI_KERNEL || d->trap == TRAP_GP;
}

int xs_death_accuses(const struct xs_death *d, int signo, bool refused, char why[XS_WHY_BYTES])
{
	const char *name = strsignal(signo);

	if (d->state == XS_DEATH_UNARMED)
		return xs_why(-ECANCELED, why, "a child died of \"%s\" before it was set up", name);
	if (d->state == XS_DEATH_ARMED)
		return xs_why(refused ? -ENOMEM : 0, why,
			      "a child died of \"%s\" while there was no memory (a limit of its "
			      "cgroup?)",
			      name);
	if (d->code <= 0)
		return xs_why(-ECANCELED, why,
			      d->sender ? "a child was sent \"%s\" by process %d: the run proves "
					  "nothing"
					: "a child died of \"%s\", and a 32-bit frame does not say "
					  "who sent it",
			      name, d->sender);
	/* Memory may be there again by the time that somebody looks. */
	if (d->starved || (refused && signo == SIGSEGV && !by_instruction(d)))
		return xs_why(-ENOMEM, why,
			      "there was no memory for a signal frame (a limit of its cgroup?)");
	if (d->place == XS_DEATH_LIVE || !by_instruction(d) || floating(d) ||
	    (signo == SIGSEGV && (d->code == SEGV_PKUERR || d->code == XS_SEGV_CPERR)))
		return 0;
	return xs_why(-EFAULT, why,
		      "a child died of \"%s\" of its own, at 0x%llx, address 0x%llx: a fault of "
		      "xsavage, or of this machine",
		      name, (unsigned long long)d->ip, (unsigned long long)d->address);
}
