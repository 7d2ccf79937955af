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

#endif
