// SPDX-License-Identifier: GPL-2.0-only
/* The table of pressure kinds. */
#include <string.h>

#include "pressure/pressure.h"

#define XS_PRESSURE(id, ...) extern const struct xs_pressure xs_pressure_##id;
#include "pressure/pressure.def"
#undef XS_PRESSURE

#define XS_PRESSURE(id, ...) &xs_pressure_##id,
const struct xs_pressure *const xs_pressures[XS_PRESSURES] = {
#include "pressure/pressure.def"
};
#undef XS_PRESSURE

int xs_pressure_find(const char *name)
{
	for (int i = 0; i < XS_PRESSURES; i++)
		if (!strcmp(xs_pressures[i]->name, name))
			return i;
	return -1;
}
