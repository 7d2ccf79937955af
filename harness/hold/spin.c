// SPDX-License-Identifier: GPL-2.0-only
/* spin: PAUSE in a loop. */
#include "task/hold.h"

const struct xs_hold xs_hold_spin = {
	.entry = {
		.name = "spin",
		.summary = "PAUSE in a loop",
		.flags = XS_DEFAULT,
	},
};

#ifdef XS_EXPORT /* how "export" writes it: the program is so by itself */
#endif
