// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child that a signal handler forks returns through a copy of its parent's frame.
 * Where the parent has used AMX, is what else is in that frame the child's afterwards?
 *
 *   gcc -O2 -Wall -Wextra fork-after-amx.c -o fork-after-amx && ./fork-after-amx
 *
 * Exit code: 0 pass, 1 corrupt, 4 skip (no AMX here), 2 error.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define ARCH_REQ_XCOMP_PERM 0x1023 /* asm/prctl.h */
#define XFEATURE_XTILEDATA  18

static volatile uint32_t frame_bytes; /* fpstate's, as the kernel says */
static volatile pid_t child = -1;

static void forks(int sig, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	(void)sig, (void)info;
	frame_bytes = ((const uint32_t *)uc->uc_mcontext.fpregs)[464 / 4 + 4]; /* xstate_size */
	child = fork();
}

/* A signal to oneself with @want in ymm7: what is there afterwards. */
static void raise_with(const uint64_t want[4], uint64_t got[4])
{
	const long process = getpid(), thread = syscall(SYS_gettid);
	long number = SYS_tgkill;

	__asm__ volatile("vmovdqu (%[want]), %%ymm7\n\tsyscall\n\tvmovdqu %%ymm7, (%[got])"
			 : "+a"(number)
			 : "D"(process), "S"(thread),
			   "d"((long)SIGUSR1), [want] "r"(want), [got] "r"(got)
			 : "rcx", "r11", "xmm7", "memory");
}

static int try(const char *when)
{
	static const uint64_t want[4] = { 0x11, 0x22, 0x33, 0x44 };
	uint64_t got[4];
	int status;

	raise_with(want, got);
	if (child == 0)
		_exit(memcmp(want, got, sizeof(got)) ? 1 : 0);
	if (memcmp(want, got, sizeof(got))) {
		printf("corrupt: %s, the parent's ymm7\n", when);
		return 1;
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
		return 2;
	printf("%s: %s, the child's ymm7, from a frame with xstate_size %u\n",
	       WEXITSTATUS(status) ? "corrupt" : "right", when, frame_bytes);
	return WEXITSTATUS(status);
}

int main(void)
{
	/* 8 tiles of 16 rows of 64 bytes: palette 1. */
	uint8_t config[64] = { 1 };
	struct sigaction sa = { .sa_sigaction = forks, .sa_flags = SA_SIGINFO };
	unsigned int a, b, c, d;
	int bad;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 24 & 1) ||
	    syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)) {
		puts("skip: no AMX here, or no permission for it");
		return 4;
	}
	for (int i = 0; i < 8; i++) {
		((uint16_t *)(config + 16))[i] = 64;
		config[48 + i] = 16;
	}
	sigaction(SIGUSR1, &sa, NULL);
	bad = try("before AMX");
	__asm__ volatile("ldtilecfg (%0)\n\ttilezero %%tmm0\n\ttilerelease"
			 :
			 : "r"(config)
			 : "memory");
	bad |= try("after AMX");
	puts(bad > 1 ? "error: no child" : bad ? "corrupt" : "pass");
	return bad > 1 ? 2 : bad;
}
