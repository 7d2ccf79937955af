// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into User-Mode Linux on a CPU with AMX: what it sets of a task's registers is made as
 * long as the kernel below wants it.
 *
 * Up to 6.12 UML has 2696 bytes for PTRACE_SETREGSET of NT_X86_XSTATE, which is all but tiles
 * (arch/um/os-Linux/registers.c). A kernel that has AMX takes its whole area or nothing
 * (xstateregs_set()), and UML ends with "Attempted to kill init!". Tiles are in nobody's hands
 * there: UML gives no permission for them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char area[65536] __attribute__((aligned(64)));

static long lengthen(pid_t pid, const struct iovec *given)
{
	struct iovec whole = { area, sizeof(area) };

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &whole) < 0)
		return -1;
	memcpy(area, given->iov_base,
	       given->iov_len < whole.iov_len ? given->iov_len : whole.iov_len);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
	long word = 0, addr, data, rc;
	va_list args;
	pid_t pid;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, long);
	data = va_arg(args, long);
	va_end(args);
	if (request == PTRACE_SETREGSET && addr == NT_X86_XSTATE)
		return lengthen(pid, (const struct iovec *)data);
	/* As libc has it: these return what they read. */
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
		return syscall(SYS_ptrace, request, pid, addr, data);
	rc = syscall(SYS_ptrace, request, pid, addr, &word);
	if (rc < 0)
		return rc;
	errno = 0;
	return word;
}
