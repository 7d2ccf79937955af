// SPDX-License-Identifier: GPL-2.0-only
/* The life of a pressure task, and of a neighbour: one that proves registers as a worker does. */
#include "pressure/vector.h"

#include <errno.h>
#include <sys/mman.h>

#include "pressure/offspring.h"
#include "pressure/pressure.h"
#include "task/hold.h"

/* How long a neighbour holds one set of values. */
#define HOLD_US 50u

void xs_vector_next(struct xs_task *t)
{
	xs_level_next(t->level, t);
	t->slot->release = 0;
	if (!t->plan->worker)
		xs_level_plant(t->level, t, XS_PLANT_NEIGHBOUR);
}

void xs_vector_prove(struct xs_task *t, const struct xs_level *l, enum xs_leg leg, int bad)
{
	if (bad)
		xs_task_record(t, l, leg, 0, l->window.check_image, l->dump);
	__atomic_fetch_add(&t->count->checks, 1, __ATOMIC_RELAXED);
}

int xs_vector_step(struct xs_task *t)
{
	xs_vector_next(t);
	xs_vector_prove(t, t->level, XS_LEG_RETURN, xs_window_run(&t->level->window));
	t->count->iterations++;
	return 0;
}

/* Zeros, which are there; or NULL. */
static void *map(size_t bytes, bool shared)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			(shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int take_memory(struct xs_task *t, const struct xs_pressure *p)
{
	int rc;

	if (p->own_bytes) {
		t->own = map(p->own_bytes, p->shared);
		if (!t->own)
			return xs_task_fail(t, -errno, "allocating its memory");
	}
	if (!(p->entry.flags & XS_PRESSURE_VECTOR))
		return 0;
	t->level = map(sizeof(*t->level), p->shared);
	if (!t->level)
		return xs_task_fail(t, -errno, "allocating its registers' images");
	rc = xs_hold_open(t);
	if (rc)
		return xs_task_fail(t, rc, "opening its hold");
	xs_level_init(t->level, t, XS_PATTERN_TASK);
	t->level->window.hold_ticks = HOLD_US * t->shared->ticks_per_us;
	return 0;
}

static void give_memory(struct xs_task *t, const struct xs_pressure *p)
{
	xs_hold_close(t);
	if (t->level)
		munmap(t->level, sizeof(*t->level));
	if (t->own)
		munmap(t->own, p->own_bytes);
}

uint32_t xs_pressure_rest_us(const struct xs_task *t)
{
	return t->plan->period_us ? t->plan->period_us : xs_pressure(t->plan->kind)->period_us;
}

int xs_pressure_run(struct xs_task *t)
{
	const struct xs_pressure *p = xs_pressure(t->plan->kind);
	int rc = xs_task_pin(t);

	if (!rc)
		rc = take_memory(t, p);
	if (!rc && p->open)
		rc = p->open(t);
	if (!rc)
		rc = xs_task_begin(t);
	if (!rc && p->begin)
		rc = p->begin(t);
	while (!rc && !xs_task_stopping(t)) {
		rc = p->step(t);
		xs_rest_until_stop(t, xs_pressure_rest_us(t));
	}
	xs_registers_default();
	if (p->close && t->own)
		p->close(t);
	xs_task_usage(t);
	give_memory(t, p);
	return rc < 0 ? rc : 0;
}
