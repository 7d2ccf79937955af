/* SPDX-License-Identifier: GPL-2.0-only */
/* The ABI axis: whose signal frames the handler is installed for, and how it returns. */
#ifndef XS_ABI_H
#define XS_ABI_H

#include "axis/axis.h"

struct xs_abi {
	struct xs_entry entry;
	/* Of 32-bit frames: how to return, by the number in the 32-bit table, ... */
	uint32_t sigreturn;
	/* ... and how far behind the frame's start the stack pointer then is. */
	uint32_t skip;
};

static inline const struct xs_abi *xs_abi(unsigned int row)
{
	return (const void *)xs_entry(XS_AXIS_ABI, row);
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

/** xs_abi_ia32_supported() - supported() of 32-bit frames: whether the kernel runs such code */
int xs_abi_ia32_supported(char *why);

#endif
