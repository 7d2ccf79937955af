// SPDX-License-Identifier: GPL-2.0-only
/* mitigate/setup and mitigate/thread: what a mitigation costs once in a thread's life. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "child.h"
#include "signals/gsignal.h"
#include "timing.h"

#define PAGE	     4096u
#define STACKS	     64u /* that are there at a time, */
#define BATCHES	     8u	 /* so often in a round */
#define THREADS	     32u
#define THREAD_BYTES 65536u /* stack of a thread */

enum { WITH, BARE, WORKS };

/* What a child measures. */
struct work {
	uint8_t row;
	struct xs_timing timing;
	uint64_t run_ns;
	uint32_t rounds;
	uint64_t process_ns;		   /* of what is done once for the process */
	uint64_t resident, locked, stacks; /* pages of so many stacks */
	uint64_t process_locked;	   /* pages, by what is done for the process */
	int rc;				   /* of a thread; then */
	const char *what;
};

/* Pages that the process has locked. */
static uint64_t locked_pages(void)
{
	unsigned long long kib = 0;
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmLck: %llu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * 1024 / PAGE;
}

static uint64_t resident_pages(uint8_t *base)
{
	unsigned char page[XS_GSIGNAL_BYTES / PAGE];
	uint64_t n = 0;

	if (base && !mincore(base, XS_GSIGNAL_BYTES, page))
		for (uint32_t i = 0; i < sizeof(page); i++)
			n += page[i] & 1;
	return n;
}

/* A failure that a mitigation may have here: by its limit, or its kernel. */
static int cannot(int rc)
{
	return rc < 0 ? -rc : 0;
}

/* Protect the process, if the mitigation does that: 0, or what xs_child_run() takes. */
static int begin(struct work *w, const struct xs_mitigation *m, const char **what)
{
	const uint64_t before = m->process ? locked_pages() : 0;
	struct xs_moment from;
	int rc;

	if (!m->process)
		return 0;
	*what = m->summary;
	from = xs_moment_now();
	rc = m->open(NULL, 0);
	w->process_ns += xs_moment_now().ns - from.ns;
	w->process_locked += locked_pages() - before;
	return cannot(rc);
}

/*
 * Stacks of as many threads, as one thread after the other would set them up; of fewer where the
 * limit is reached earlier: 0, or what xs_child_run() takes.
 */
static int set_up_batch(struct work *w, const char **what)
{
	const struct xs_mitigation *m = &xs_mitigations[w->row];
	const uint64_t before = locked_pages();
	uint8_t *base[STACKS] = { 0 };
	uint32_t n = 0;
	int rc = 0;

	while (n < STACKS) {
		const uint64_t from = xs_rdtsc();

		rc = cannot(xs_gsignal_open(m, &base[n], what));
		if (rc)
			break;
		xs_histogram_add(&w->timing.ticks, xs_rdtsc() - from);
		w->resident += resident_pages(base[n++]);
	}
	w->locked += locked_pages() - before;
	w->stacks += n;
	for (uint32_t i = 0; i < STACKS; i++)
		xs_gsignal_close(base[i]);
	return n ? 0 : rc;
}

static int set_up(void *shared, uint32_t i, const char **what)
{
	struct work *w = shared;
	int rc = begin(w, &xs_mitigations[w->row], what);
	const struct xs_moment start = xs_moment_now();

	for (i = 0; !rc && i < BATCHES; i++)
		rc = set_up_batch(w, what);
	w->rounds++;
	w->run_ns = xs_timing_end(&w->timing, &start);
	return rc;
}

/* Work in a child, with or without the mitigation. */
static int run_work(struct xs_measure *m, uint32_t which,
		    int (*work)(void *shared, uint32_t i, const char **what))
{
	struct work *w = (struct work *)m->state + which;
	int rc;

	w->row = which == BARE ? XS_MITIGATION_none : m->key[0];
	rc = xs_child_run(m, work, w);
	m->ns += w->run_ns;
	return rc;
}

static int run_setup(struct xs_measure *m)
{
	return run_work(m, WITH, set_up);
}

static void report_setup(struct xs_measure *m)
{
	const struct work *w = m->state;
	const struct xs_mitigation *mitigation = &xs_mitigations[w->row];

	xs_bench_counter(m->b, "setup_ns", xs_timing_ns(&w->timing, 500000));
	xs_bench_counter(m->b, "setup_p99_ns", xs_timing_ns(&w->timing, 990000));
	xs_bench_counter(m->b, "pages", (double)w->resident / (double)w->stacks);
	xs_bench_counter(m->b, "locked_pages", (double)w->locked / (double)w->stacks);
	if (mitigation->process) {
		xs_bench_counter(m->b, "process_us", (double)w->process_ns / 1e3 / w->rounds);
		xs_bench_counter(m->b, "process_locked_pages",
				 (double)w->process_locked / w->rounds);
	}
	xs_bench_label(m->b, mitigation->summary);
}

static const struct xs_family mitigated_setup = {
	.name = "mitigate/setup",
	.list = { XS_LIST(xs_mitigations, XS_MITIGATIONS, .name) },
	.bytes = WORKS * sizeof(struct work),
	.round = run_setup,
	.report = report_setup,
};
XS_FAMILY(mitigated_setup);

static void *live(void *arg)
{
	struct work *w = arg;
	const char *what;
	uint8_t *base;

	w->rc = xs_gsignal_open(&xs_mitigations[w->row], &base, &what);
	w->what = what;
	xs_gsignal_close(base);
	return NULL;
}

/* One thread after the other. */
static int create(void *shared, uint32_t i, const char **what)
{
	struct work *w = shared;
	pthread_attr_t attr;
	struct xs_moment start;
	int rc = begin(w, &xs_mitigations[w->row], what);

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_BYTES);
	start = xs_moment_now();
	for (i = 0; !rc && i < THREADS; i++) {
		const uint64_t from = xs_rdtsc();
		pthread_t thread;

		*what = "pthread_create()";
		rc = pthread_create(&thread, &attr, live, w);
		if (rc)
			break;
		pthread_join(thread, NULL);
		xs_histogram_add(&w->timing.ticks, xs_rdtsc() - from);
		*what = w->what;
		rc = cannot(w->rc);
	}
	w->run_ns = xs_timing_end(&w->timing, &start);
	return rc;
}

/* With and without in turn, so that what else the machine does meets both. */
static int run_thread(struct xs_measure *m)
{
	const int rc = run_work(m, BARE, create);

	return rc ? rc : run_work(m, WITH, create);
}

static void report_thread(struct xs_measure *m)
{
	const struct work *w = m->state;
	const double with_us = xs_timing_ns(&w[WITH].timing, 500000) / 1e3;
	const double bare_us = xs_timing_ns(&w[BARE].timing, 500000) / 1e3;

	xs_bench_counter(m->b, "thread_us", with_us);
	xs_bench_counter(m->b, "bare_us", bare_us);
	xs_bench_counter(m->b, "ratio", with_us / bare_us);
}

static const struct xs_family mitigated_thread = {
	.name = "mitigate/thread",
	.list = { XS_LIST(xs_mitigations, XS_MITIGATIONS, .name) },
	.bytes = WORKS * sizeof(struct work),
	.round = run_thread,
	.report = report_thread,
};
XS_FAMILY(mitigated_thread);
