/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls and time without libc, for code that runs beside live registers. */
#ifndef XS_SYS_H
#define XS_SYS_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

static inline long xs_syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long xs_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/** xs_int80() - a 32-bit system call of up to four arguments: its result, or -errno */
static inline int xs_int80(long number, long a, long b, long c, long d)
{
	long result;

	/* From 64-bit code the kernel may or may not keep r8 to r11. */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

/** xs_exit() - end the process, without libc's part in that */
static inline void __attribute__((noreturn)) xs_exit(int code)
{
	for (;;)
		xs_syscall3(SYS_exit_group, code, 0, 0);
}

/** xs_wait4() - wait4(), begun anew where a signal has cut it short: what it returns, or -errno */
static inline long xs_wait4(long pid, int *status, int options)
{
	long rc;

	do
		rc = xs_syscall6(SYS_wait4, pid, (long)status, options, 0, 0, 0);
	while (rc == -EINTR);
	return rc;
}

static inline uint64_t xs_rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static inline void xs_pause(void)
{
	__asm__ volatile("pause");
}

/** xs_copy() - memcpy() without vector registers, which on a bad kernel may lie */
static inline void xs_copy(void *to, const void *from, uint64_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/** xs_zero() - memset() to zero, likewise */
static inline void xs_zero(void *at, uint64_t bytes)
{
	__asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(0) : "memory");
}

/** xs_wake() - FUTEX_WAKE everything that waits at @word, across processes */
void xs_wake(volatile uint32_t *word);

/** xs_now_ns() - CLOCK_MONOTONIC, by the system call: the vDSO is libc's business */
uint64_t xs_now_ns(void);

/** xs_sleep_us() - nanosleep for a time, cut short by signals */
void xs_sleep_us(uint32_t us);

#endif
