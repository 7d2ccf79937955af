// SPDX-License-Identifier: GPL-2.0-only
/* A neighbour: holds registers of its own and proves them as strictly as a worker. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/sys.h"
#include "engine/task.h"

/* How long a neighbour holds one set of values. */
#define HOLD_US 50u

int xs_vector_main(struct xs_task *t)
{
	struct xs_level *l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int rc;

	if (l == MAP_FAILED)
		return xs_task_fail(t, -errno, "allocating its registers' images");
	xs_level_init(l, t, XS_PATTERN_TASK);
	l->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	rc = xs_task_begin(t);
	while (rc >= 0 && !xs_task_stopping(t)) {
		xs_level_next(l, t);
		t->slot->release = 0;
		if (!t->plan->worker)
			xs_level_plant(l, t, XS_PLANT_NEIGHBOUR);
		if (xs_window_run(&l->window))
			xs_task_record(t, l, XS_LEG_RETURN, 0, l->image, l->dump);
		t->count->checks++;
		t->count->iterations++;
		if (t->plan->period_us)
			xs_sleep_us(t->plan->period_us);
	}
	xs_registers_default();
	xs_task_usage(t);
	munmap(l, sizeof(*l));
	return rc;
}
