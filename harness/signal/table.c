// SPDX-License-Identifier: GPL-2.0-only
/* The table of signal sources. */
#include <string.h>

#include "signal/signal.h"

#define XS_SIGNAL(id, ...) extern const struct xs_signal_source xs_signal_##id;
#include "signal/signal.def"
#undef XS_SIGNAL

#define XS_SIGNAL(id, ...) &xs_signal_##id,
const struct xs_signal_source *const xs_signals[XS_SIGNALS] = {
#include "signal/signal.def"
};
#undef XS_SIGNAL

int xs_signal_find(const char *name)
{
	for (int i = 0; i < XS_SIGNALS; i++)
		if (!strcmp(xs_signals[i]->name, name))
			return i;
	return -1;
}
