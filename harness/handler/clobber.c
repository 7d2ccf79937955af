// SPDX-License-Identifier: GPL-2.0-only
/* clobber: the handler's own values in every register that is proved. */
#include "handler/handler.h"

const struct xs_handler_action xs_handler_clobber = {
	.entry = {
		.name = "clobber",
		.summary = "overwrites every register that is proved, then returns",
		.flags = XS_HANDLER_OVERWRITES,
	},
	.act = xs_level_clobber,
};

#ifdef XS_EXPORT /* how "export" writes it */
#include "handler/parts/clobber.c"
#endif
