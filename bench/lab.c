// SPDX-License-Identifier: GPL-2.0-only
/* Runs the cases of benchmarks. */
#include "lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signal/signal.h"
#include "stack/stack.h"
#include "task/sys.h"

#define DURATION_MS 600000u /* of a case, which its signals end long before */

void xs_lab_case(struct xs_case *c, uint32_t signals)
{
	xs_case_default(c);
	c->duration_ms = DURATION_MS;
	c->signals = signals;
	c->registers = 1u << XS_STATE_avx;
	c->signal = XS_SIGNAL_tgkill_self;
	c->fault = XS_STACK_dontneed;
}

/* A finding counts more than a failure of the harness, that more than what was left out. */
static void note(struct xs_lab *lab, int code)
{
	static const uint8_t badness[] = { [0] = 0, [4] = 1, [2] = 2, [1] = 3 };

	if (badness[code] > badness[lab->code])
		lab->code = code;
}

/* Whether all is as it should be but for pressure that had no time to begin. */
static bool passed(const struct xs_case *c, const struct xs_verdict *v)
{
	return v->kind == XS_PASS || (v->kind == XS_INCONCLUSIVE && c->pressures &&
				      v->evidence.signals && !v->evidence.neighbour_checks);
}

/* End a benchmark with what is said of the last case instead of a number. */
static int cancel(struct xs_lab *lab, struct xs_bench *b)
{
	const struct xs_verdict *v = &lab->outcome.verdict;
	char why[XS_WHY_BYTES + 32];

	if (lab->interrupted)
		return xs_lab_stopped(lab, b);
	snprintf(why, sizeof(why), "%s: %s", xs_verdict_names[v->kind],
		 v->why[0] ? v->why : "\"xsavage check\" says more");
	xs_bench_skip(b, why);
	return -ECANCELED;
}

int xs_lab_try(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
	       const struct xs_run_options *options, uint64_t *ns)
{
	const struct xs_verdict *v = &lab->outcome.verdict;
	uint64_t from_ns;

	if (lab->interrupted)
		return cancel(lab, b);
	from_ns = xs_now_ns();
	xs_session_run(&lab->session, c, options, &lab->outcome);
	*ns = xs_now_ns() - from_ns;
	lab->interrupted = v->interrupted;
	if (!lab->interrupted && v->kind != XS_SKIP && v->kind != XS_ERROR)
		return 0;
	/* What we may not do here is missing here. */
	if (!lab->interrupted && v->kind == XS_ERROR && lab->outcome.ending.error == -EPERM)
		return xs_lab_skip(b, v->why);
	if (!lab->interrupted)
		note(lab, xs_verdict_exit(v->kind));
	return cancel(lab, b);
}

int xs_lab_run(struct xs_lab *lab, struct xs_bench *b, const struct xs_case *c,
	       const struct xs_run_options *options, uint64_t *ns)
{
	const struct xs_verdict *v = &lab->outcome.verdict;
	const int rc = xs_lab_try(lab, b, c, options, ns);

	if (!rc && passed(c, v))
		return 0;
	if (!rc || (lab->interrupted && xs_verdict_exit(v->kind) == 1))
		note(lab, xs_verdict_exit(v->kind));
	return rc ? rc : cancel(lab, b);
}

int xs_lab_stopped(const struct xs_lab *lab, struct xs_bench *b)
{
	char why[64];

	snprintf(why, sizeof(why), "stopped by %s", strsignal(lab->interrupted));
	xs_bench_skip(b, why);
	return -ECANCELED;
}

int xs_lab_found(struct xs_lab *lab, struct xs_bench *b, const char *what)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "finding: %s; \"xsavage check\" says more", what);
	note(lab, 1);
	xs_bench_skip(b, why);
	return -ECANCELED;
}

int xs_lab_skip(struct xs_bench *b, const char *why)
{
	char text[XS_WHY_BYTES + 8];

	snprintf(text, sizeof(text), "skip: %s", why);
	xs_bench_skip(b, text);
	return -ECANCELED;
}

int xs_lab_error(struct xs_lab *lab, struct xs_bench *b, const char *why)
{
	char text[2 * XS_WHY_BYTES + 8];

	snprintf(text, sizeof(text), "error: %s", why);
	note(lab, 2);
	xs_bench_skip(b, text);
	return -ECANCELED;
}

int xs_lab_fail(struct xs_lab *lab, struct xs_bench *b, const char *what, int error)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "%s: %s", what, strerror(-error));
	return xs_lab_error(lab, b, why);
}

bool xs_lab_lacks(struct xs_lab *lab, struct xs_bench *b, uint32_t class)
{
	char why[XS_WHY_BYTES];

	if (!xs_entry_supported(xs_entry(XS_AXIS_STATE, class), xs_arena_cpu(lab->session.arena),
				why))
		return false;
	xs_lab_skip(b, why);
	return true;
}

uint32_t xs_lab_cpus(const struct xs_lab *lab)
{
	return (uint32_t)hwloc_get_nbobjs_by_type(lab->session.topology, HWLOC_OBJ_PU);
}

uint32_t xs_lab_cpu_at(const struct xs_lab *lab, uint32_t i)
{
	return hwloc_get_obj_by_type(lab->session.topology, HWLOC_OBJ_PU, i)->os_index;
}

uint32_t xs_lab_cpu(const struct xs_lab *lab)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < xs_lab_cpus(lab); i++)
		if (xs_lab_cpu_at(lab, i) > last)
			last = xs_lab_cpu_at(lab, i);
	return last;
}

/* An item for a benchmark, or NULL with a message. */
static struct xs_lab_item *add(struct xs_lab *lab, const char *name, const uint8_t key[4])
{
	struct xs_lab_item *item = calloc(1, sizeof(*item));

	if (!item) {
		fprintf(stderr, "xsavage-bench: no memory for %s\n", name);
		return NULL;
	}
	item->lab = lab;
	item->next = lab->items;
	memcpy(item->key, key, sizeof(item->key));
	lab->items = item;
	return item;
}

void xs_lab_add(struct xs_lab *lab, const char *name, void (*run)(struct xs_bench *b, void *item),
		const uint8_t key[4])
{
	struct xs_lab_item *item = add(lab, name, key);

	if (item)
		xs_bench_register(name, run, item);
}

void xs_lab_add_once(struct xs_lab *lab, const char *name,
		     void (*run)(struct xs_bench *b, void *item), const uint8_t key[4])
{
	struct xs_lab_item *item = add(lab, name, key);

	if (item)
		xs_bench_register_once(name, run, item);
}

void xs_lab_close(struct xs_lab *lab)
{
	while (lab->items) {
		struct xs_lab_item *item = lab->items;

		lab->items = item->next;
		free(item);
	}
}
