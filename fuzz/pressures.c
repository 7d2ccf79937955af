// SPDX-License-Identifier: GPL-2.0-only
/* The pressures of a case as a set: ascending, without gaps, zero behind. */
#include "fuzz/pressures.h"

#include <string.h>

uint32_t xs_pressures_allowed(const struct xs_repertoire *r)
{
	return xs_rows(XS_AXIS_PRESSURE, r->rows[XS_AXIS_PRESSURE], 0, XS_PRESSURE_ASKS);
}

uint32_t xs_pressures_used(const struct xs_case *c)
{
	uint32_t rows[XS_AXES];

	xs_case_rows(c, rows);
	return rows[XS_AXIS_PRESSURE];
}

/* memmove() and not assignments: padding too. */
void xs_pressures_remove(struct xs_case *c, uint32_t i)
{
	struct xs_case_pressure *p = &c->pressure[i];

	c->pressures--;
	memmove(p, p + 1, (c->pressures - i) * sizeof(*p));
	memset(&c->pressure[c->pressures], 0, sizeof(*p));
}

void xs_pressures_insert(struct xs_case *c, const struct xs_case_pressure *p)
{
	uint32_t i = 0;

	while (i < c->pressures && c->pressure[i].kind < p->kind)
		i++;
	memmove(&c->pressure[i + 1], &c->pressure[i], (c->pressures - i) * sizeof(*p));
	memcpy(&c->pressure[i], p, sizeof(*p));
	c->pressures++;
}
