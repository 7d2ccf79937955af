// SPDX-License-Identifier: GPL-2.0-only
/* Finds out what faults here, in a child. */
#include "task/probe.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "axis/axis.h"
#include "task/sys.h"

#define HANG_MS	    3000u
#define NAP_US	    20u
#define NR32_GETPID 20 /* arch/x86/entry/syscalls/syscall_32.tbl */

static void leave(int signo)
{
	(void)signo;
	xs_exit(1);
}

/* A kernel that cannot deliver the signal may never let it go. */
static int reap(long pid, int *status)
{
	const uint64_t from_ns = xs_now_ns();
	long rc;

	for (;;) {
		rc = xs_syscall6(SYS_wait4, pid, (long)status, __WALL | WNOHANG, 0, 0, 0);
		if (rc && rc != -EINTR)
			return rc < 0 ? (int)rc : 0;
		if (xs_now_ns() - from_ns > HANG_MS * 1000000ull)
			return -ETIMEDOUT;
		xs_sleep_us(NAP_US);
	}
}

static int cannot(int rc, char *why)
{
	return xs_why(rc, why, "a child to try it in: %s", strerror(-rc));
}

int xs_probe(void (*act)(void), char *why)
{
	long pid = xs_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
	int status = 0, rc;

	if (pid == -EINVAL) /* qemu-user knows no child without an exit signal */
		pid = xs_syscall6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
	if (pid < 0)
		return cannot((int)pid, why);
	if (!pid) {
		signal(SIGSEGV, leave);
		signal(SIGILL, leave);
		signal(SIGFPE, leave);
		act();
		xs_exit(0);
	}
	rc = reap(pid, &status);
	if (rc == -ETIMEDOUT) {
		xs_syscall3(SYS_kill, pid, SIGKILL, 0);
		reap(pid, &status);
	}
	if (rc)
		return cannot(rc, why);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return xs_why(-ECANCELED, why, "a child that tried it died of \"%s\"",
		      strsignal(WTERMSIG(status)));
}

int xs_probe_cpus(char *why)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) > 1)
		return 0;
	return xs_why(-EOPNOTSUPP, why, "there is only one CPU to run on");
}

/* The request RUNNING_ON_VALGRIND of valgrind.h, which does nothing on any CPU. */
bool xs_on_valgrind(void)
{
	uint64_t request[6] = { 0x1001 }, answer = 0;

	__asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(request)
			 : "cc", "memory");
	return answer != 0;
}

static void call_int80(void)
{
	if (xs_int80(NR32_GETPID, 0, 0, 0, 0) != getpid())
		__builtin_trap();
}

/* Without IA32_EMULATION, or with ia32_emulation=0, int $0x80 is a SIGSEGV. */
int xs_probe_ia32(char *why)
{
	static bool runs; /* it does not change: children need not ask again */
	const int rc = runs ? 0 : xs_probe(call_int80, why);

	runs = !rc;
	if (rc <= 0)
		return rc;
	return xs_why(-EOPNOTSUPP, why,
		      "this kernel runs no 32-bit code (CONFIG_IA32_EMULATION, ia32_emulation=)");
}
