// SPDX-License-Identifier: GPL-2.0-only
/* return: nothing but the return. */
#include "handler/handler.h"

const struct xs_handler_action xs_handler_return = {
	.entry = {
		.name = "return",
		.summary = "returns",
		.flags = XS_DEFAULT | XS_HANDLER_RETURNS,
	},
};

#ifdef XS_EXPORT /* how "export" writes it */
#endif
