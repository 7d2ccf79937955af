// SPDX-License-Identifier: GPL-2.0-only
/*
 * The measure of comparison: one process of the program by which Go's wiki
 * (LinuxKernelSignalVectorBug, Go issue 35777) shows CVE-2019-19602.
 *
 * Written anew from what that one does. A thread signals the main thread every
 * 100 us. The main thread has 32 bytes go through four ymm registers, from one
 * to the next, and looks at what comes out; after each 1,000 times it gives the
 * pages of its signal stack back, so that the next signal's frame faults. What
 * is not the bug's business is as there: the size of the stack, libc's memcmp(),
 * which uses vector registers itself, no CPU to run on.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "first/wiki.h"

#define CHECKS	    1000u /* between two drops of the signal stack */
#define PERIOD_US   100u
#define STACK_BYTES 8192u /* SIGSTKSZ of the time; where no frame fits (AMX), today's */

/* A handler has no argument: set once in each process. */
static struct xs_wiki *self;

static void handle(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
	self->signals++;
}

static void *send(void *target)
{
	for (;;) {
		usleep(PERIOD_US);
		if (pthread_kill(*(pthread_t *)target, SIGUSR1))
			return NULL;
	}
}

static int fail(const char *what, int error)
{
	snprintf(self->what, sizeof(self->what), "%s", what);
	self->error = -error;
	return 2;
}

static void pass_through(const uint64_t from[4], uint64_t to[4])
{
	__asm__ volatile("vmovdqu (%0), %%ymm0\n\t"
			 "vmovdqa %%ymm0, %%ymm1\n\t"
			 "vmovdqa %%ymm1, %%ymm2\n\t"
			 "vmovdqa %%ymm2, %%ymm3\n\t"
			 "vmovdqu %%ymm3, (%1)"
			 :
			 : "r"(from), "r"(to)
			 : "memory", "xmm0", "xmm1", "xmm2", "xmm3");
}

static int check(const stack_t *stack)
{
	/* By its address, so that no compiler makes a comparison of its own. */
	int (*volatile const compare)(const void *, const void *, size_t) = memcmp;
	uint64_t from[4], to[4];

	/* What is nobody else's: our number, and the place. */
	for (uint64_t lane = 0; lane < 4; lane++)
		from[lane] = (uint64_t)getpid() << 32 | 0xc0ffee00 | lane;
	for (;;) {
		for (uint32_t i = 0; i < CHECKS; i++) {
			pass_through(from, to);
			if (compare(from, to, sizeof(from))) {
				memcpy(self->wanted, from, sizeof(from));
				memcpy(self->got, to, sizeof(to));
				return 1;
			}
		}
		if (madvise(stack->ss_sp, stack->ss_size, MADV_DONTNEED))
			return fail("madvise", errno);
		self->drops++;
	}
}

static size_t stack_bytes(void)
{
	return getauxval(AT_MINSIGSTKSZ) > STACK_BYTES ? (size_t)SIGSTKSZ : STACK_BYTES;
}

int xs_wiki_run(struct xs_wiki *seen)
{
	struct sigaction sa = { .sa_sigaction = handle,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
	stack_t stack = { .ss_size = stack_bytes() };
	pthread_t target = pthread_self(), sender;
	int rc;

	self = seen;
	stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return fail("mmap", errno);
	sigfillset(&sa.sa_mask);
	if (sigaltstack(&stack, NULL) || sigaction(SIGUSR1, &sa, NULL))
		return fail("sigaltstack or sigaction", errno);
	rc = pthread_create(&sender, NULL, send, &target);
	if (rc)
		return fail("pthread_create", rc);
	return check(&stack);
}
