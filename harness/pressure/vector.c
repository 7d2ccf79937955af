// SPDX-License-Identifier: GPL-2.0-only
/* A neighbour: holds registers of its own and proves them as strictly as a worker. */
#include "pressure/vector.h"

#include <errno.h>
#include <sys/mman.h>

#include "task/sys.h"

/* How long a neighbour holds one set of values. */
#define HOLD_US 50u

struct xs_level *xs_vector_open(struct xs_task *t, int sharing)
{
	struct xs_level *l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
				  sharing | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (l == MAP_FAILED) {
		xs_task_fail(t, -errno, "allocating its registers' images");
		return NULL;
	}
	xs_level_init(l, t, XS_PATTERN_TASK);
	l->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	return l;
}

void xs_vector_next(struct xs_task *t, struct xs_level *l)
{
	xs_level_next(l, t);
	t->slot->release = 0;
	if (!t->plan->worker)
		xs_level_plant(l, t, XS_PLANT_NEIGHBOUR);
}

void xs_vector_prove(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, int bad)
{
	if (bad)
		xs_task_record(t, l, leg, 0, l->window.check_image, l->dump);
	__atomic_fetch_add(&t->count->checks, 1, __ATOMIC_RELAXED);
}

void xs_vector_rest(struct xs_task *t, uint32_t default_us)
{
	const uint32_t us = t->plan->period_us ? t->plan->period_us : default_us;

	t->count->iterations++;
	if (us)
		xs_sleep_us(us);
}

int xs_vector_rounds(struct xs_task *t, struct xs_level *l, uint32_t default_us,
		     int (*prepare)(void *arg), void *arg)
{
	int rc = xs_task_begin(t);

	while (rc >= 0 && !xs_task_stopping(t)) {
		if (prepare)
			rc = prepare(arg);
		if (rc < 0)
			break;
		xs_vector_next(t, l);
		xs_vector_prove(t, l, XS_LEG_RETURN, xs_window_run(&l->window));
		xs_vector_rest(t, default_us);
	}
	return rc;
}

void xs_vector_close(struct xs_task *t, struct xs_level *l)
{
	xs_registers_default();
	xs_task_usage(t);
	if (l)
		munmap(l, sizeof(*l));
}

int xs_vector_main(struct xs_task *t)
{
	struct xs_level *l = xs_vector_open(t, MAP_PRIVATE);
	int rc;

	if (!l)
		return -ENOMEM;
	rc = xs_vector_rounds(t, l, 0, NULL, NULL);
	xs_vector_close(t, l);
	return rc;
}
