// SPDX-License-Identifier: GPL-2.0-only
/* The table of handler actions. */
#include <string.h>

#include "handler/handler.h"

#define XS_HANDLER(id, ...) extern const struct xs_handler_action xs_handler_##id;
#include "handler/handler.def"
#undef XS_HANDLER

#define XS_HANDLER(id, ...) &xs_handler_##id,
const struct xs_handler_action *const xs_handlers[XS_HANDLERS] = {
#include "handler/handler.def"
};
#undef XS_HANDLER

int xs_handler_find(const char *name)
{
	for (int i = 0; i < XS_HANDLERS; i++)
		if (!strcmp(xs_handlers[i]->name, name))
			return i;
	return -1;
}
