// SPDX-License-Identifier: GPL-2.0-only
/* x86-64: what a 64-bit handler gets. */
#include "abi/abi.h"

const struct xs_abi xs_abi_x86_64 = {
	.entry = {
		.name = "x86-64",
		.summary = "64-bit frames",
		.flags = XS_DEFAULT,
	},
};

#ifdef XS_EXPORT /* how "export" writes it: the program is so by itself */
#endif
