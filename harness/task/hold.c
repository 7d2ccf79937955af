// SPDX-License-Identifier: GPL-2.0-only
/* What a task's hold needs, from before its first window to after its last one. */
#include "task/hold.h"

int xs_hold_open(struct xs_task *t)
{
	const struct xs_hold *hold = xs_hold(t->plan->hold);

	t->hold_own = 0;
	return hold->open ? hold->open(&t->hold_own) : 0;
}

void xs_hold_close(struct xs_task *t)
{
	const struct xs_hold *hold = xs_hold(t->plan->hold);

	if (t->hold_own)
		hold->close(t->hold_own);
	t->hold_own = 0;
}
