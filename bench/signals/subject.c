// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process in which signals are taken and timed: its threads and its stack.
 * The thread that takes them is in receive.c.
 */
#include "signals/subject.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "child.h"
#include "signals/receive.h"
#include "stack/memory.h"

#define PAGE	    4096u
#define PLAIN_BYTES (128u * 1024) /* with libc's thread data, and 64 KiB to lose */
#define RATE_MARGIN 0.02	  /* of the TSC against the clock, from run to run */

/* [guard][stack][guard]; the method maps the stack. */
static int open_stack(struct xs_receiver *r)
{
	const struct xs_mitigation *m = r->mitigation;
	struct xs_stack *s = &r->stack;
	uint8_t *map;
	int rc;

	s->bytes = r->ask->plain ? PLAIN_BYTES : XS_GSIGNAL_BYTES;
	s->fd = -1;
	map = mmap(NULL, s->bytes + 2ul * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return -errno;
	s->base = map + PAGE;
	rc = r->fault->open(s);
	if (!rc && m->map_flags)
		rc = xs_stack_map(s->base, s->bytes, MAP_PRIVATE | MAP_ANONYMOUS | m->map_flags, -1,
				  0);
	return rc;
}

/* Give pages to who waits for them, from the receiver's CPU, which is idle then. */
static void *resolve(void *receiver)
{
	struct xs_receiver *r = receiver;
	int rc = xs_child_pin(r->ask->on_cpu);

	while (rc >= 0 && !r->over)
		rc = r->fault->resolve(&r->stack);
	if (rc < 0 && !r->over)
		xs_receiver_end(r, rc, "the resolver of page faults");
	return NULL;
}

/* The receiver's registers, as they are to be and as they are when unused. */
static int fill_images(struct xs_receiver *r)
{
	const struct xs_drive drive = { .mask = 1u << r->ask->class, .vectors = UINT32_MAX };
	uint8_t *room = aligned_alloc(64, 2 * XS_IMAGE_MAX + XS_SCRATCH_BYTES);

	if (!room)
		return -ENOMEM;
	r->image = room;
	r->init = room + XS_IMAGE_MAX;
	r->scratch = r->init + XS_IMAGE_MAX;
	xs_image_fill(r->image, r->ask->cpu, &drive, 1);
	xs_image_init(r->init, r->ask->cpu);
	return 0;
}

/* The receiver last: the others are there when it begins. */
static int start_threads(struct xs_receiver *r)
{
	pthread_attr_t attr;
	pthread_t thread;
	int rc = 0;

	if (r->fault->entry.flags & XS_STACK_RESOLVER)
		rc = pthread_create(&thread, NULL, resolve, r);
	if (!rc && r->ask->sender != XS_SENDER_SELF)
		rc = pthread_create(&thread, NULL, xs_receiver_send, r);
	if (!rc)
		rc = pthread_attr_init(&attr);
	if (!rc && r->ask->plain)
		rc = pthread_attr_setstack(&attr, r->stack.base, r->stack.bytes);
	if (!rc)
		rc = pthread_create(&thread, &attr, xs_receiver_run, r);
	return -rc;
}

/* In the child. Its exit ends the threads, which may run until then. */
static int work(void *shared, uint32_t i, const char **what)
{
	struct xs_receiver *r = aligned_alloc(_Alignof(struct xs_receiver), sizeof(*r));
	int rc = r ? 0 : -ENOMEM;

	(void)i;
	*what = "the signal stack";
	if (!rc) {
		*r = (struct xs_receiver){ .ask = shared };
		r->fault = xs_stack(r->ask->stack);
		r->mitigation = &xs_mitigations[r->ask->mitigation];
		rc = open_stack(r);
	}
	if (!rc)
		rc = fill_images(r);
	if (rc)
		return rc;
	*what = "threads to take and send signals";
	rc = start_threads(r);
	if (rc)
		return rc;
	xs_receiver_wait(r);
	xs_stack_close(r->fault, &r->stack);
	*what = r->what;
	return r->rc;
}

int xs_subject_run(struct xs_measure *m, struct xs_subject *s)
{
	const uint64_t ticks = s->timing.all_ticks, ns = s->timing.all_ns;
	double ticks_per_ns;

	if (xs_child_run(m, work, s))
		return -ECANCELED;
	if (s->timing.all_ns == ns)
		return xs_lab_fail(m, "a clock that stands still", -ETIME);
	ticks_per_ns = (double)(s->timing.all_ticks - ticks) / (double)(s->timing.all_ns - ns);
	if (!ns)
		s->ticks_per_ns = ticks_per_ns;
	if (fabs(ticks_per_ns / s->ticks_per_ns - 1) > RATE_MARGIN)
		return xs_lab_skip(m, "the TSC does not run at a constant rate");
	return 0;
}

void xs_subject_report(struct xs_measure *m, const struct xs_subject *s)
{
	static const struct {
		const char *name;
		uint32_t per_million;
	} point[] = {
		{ "p1", 10000 },      { "p10", 100000 },  { "p25", 250000 }, { "p50", 500000 },
		{ "p75", 750000 },    { "p90", 900000 },  { "p99", 990000 }, { "p99.9", 999000 },
		{ "p99.99", 999900 }, { "max", 1000000 },
	};

	for (size_t i = 0; i < sizeof(point) / sizeof(point[0]); i++)
		xs_bench_counter(m->b, point[i].name,
				 xs_timing_ns(&s->timing, point[i].per_million));
	xs_bench_counter(m->b, "faults", (double)s->faults / (double)s->counted);
}
