// SPDX-License-Identifier: GPL-2.0-only
/*
 * A traced program stops when it has been executed, and has not begun. Does its tracer read the
 * PKRU there that it begins with, and does it keep that when what was read is written back?
 *
 *   gcc -O2 -Wall -Wextra exec-pkru.c -o exec-pkru && ./exec-pkru
 *
 * Exit code: 0 pass, 1 corrupt, 4 skip (no protection keys here), 2 error.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEADER 512 /* XSTATE_BV in an XSAVE area */

static _Alignas(64) uint8_t area[16384];

/* The new program tells its PKRU by where it writes to. */
static int begin(int to)
{
	uint32_t pkru, zero;

	__asm__ volatile("rdpkru" : "=a"(pkru), "=d"(zero) : "c"(0));
	return write(to, &pkru, sizeof(pkru)) != sizeof(pkru);
}

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

/* What a program begins with; *read is set to what its tracer reads before that. */
static uint32_t traced(int write_back, unsigned int offset, uint32_t *read_pkru, uint64_t *bv)
{
	struct iovec io = { area, sizeof(area) };
	int tell[2], status;
	uint32_t began;
	char text[16];
	pid_t child;

	if (pipe(tell))
		fail("pipe");
	snprintf(text, sizeof(text), "%d", tell[1]);
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execl("/proc/self/exe", "exec-pkru", text, NULL);
		_exit(2);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
		fail("executing itself");
	if (ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &io))
		fail("PTRACE_GETREGSET");
	memcpy(read_pkru, area + offset, sizeof(*read_pkru));
	memcpy(bv, area + HEADER, sizeof(*bv));
	if (write_back && ptrace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &io))
		fail("PTRACE_SETREGSET");
	ptrace(PTRACE_CONT, child, 0, 0);
	if (read(tell[0], &began, sizeof(began)) != sizeof(began) || waitpid(child, &status, 0) < 0)
		fail("reading what it began with");
	close(tell[0]);
	close(tell[1]);
	return began;
}

int main(int argc, char **argv)
{
	unsigned int a, b, c, d, offset;
	uint32_t began, written, shown;
	uint64_t bv;

	if (argc > 1)
		return begin(atoi(argv[1]));
	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(c >> 4 & 1) ||
	    !__get_cpuid_count(13, 9, &a, &offset, &c, &d)) {
		puts("skip: no protection keys here");
		return 4;
	}
	began = traced(0, offset, &shown, &bv);
	written = traced(1, offset, &shown, &bv);
	printf("a program begins with PKRU %#x, its tracer reads %#x (XSTATE_BV %#llx)\n", began,
	       shown, (unsigned long long)bv);
	printf("where that is written back it begins with %#x\n", written);
	puts(began == shown && began == written ? "pass" : "corrupt");
	return began != shown || began != written;
}
