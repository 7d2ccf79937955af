// SPDX-License-Identifier: GPL-2.0-only
/* Runs the cases of benchmarks. */
#include "lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "task/sys.h"
#include "pressure/pressure.h"
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

void xs_lab_press(struct xs_case *c, uint32_t n)
{
	c->pressures = 1;
	xs_case_pressure_default(&c->pressure[0], XS_PRESSURE_vector_process);
	c->pressure[0].registers = c->registers;
	c->pressure[0].count = n;
}

void xs_lab_pin(const struct xs_lab *lab, struct xs_case *c)
{
	snprintf(c->cpus, sizeof(c->cpus), "%u", xs_lab_cpu(lab));
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

/* End a benchmark: what is said of it instead of a number is @kind and @why. */
static int cancel(struct xs_measure *m, const char *kind, const char *why)
{
	char text[2 * XS_WHY_BYTES + 32];

	snprintf(text, sizeof(text), "%s: %s", kind, why);
	xs_bench_skip(m->b, text);
	return -ECANCELED;
}

/* With what the last case came to. */
static int cancel_case(struct xs_measure *m)
{
	const struct xs_verdict *v = &m->lab->outcome.verdict;

	if (m->lab->interrupted)
		return xs_lab_stopped(m);
	return cancel(m, xs_verdict_names[v->kind],
		      v->why[0] ? v->why : "\"xsavage check\" says more");
}

int xs_lab_try(struct xs_measure *m, const struct xs_case *c, const struct xs_run_options *options)
{
	struct xs_lab *lab = m->lab;
	const struct xs_verdict *v = &lab->outcome.verdict;
	uint64_t from_ns;

	if (lab->interrupted)
		return xs_lab_stopped(m);
	from_ns = xs_now_ns();
	xs_session_run(&lab->session, c, options, &lab->outcome);
	m->ns = xs_now_ns() - from_ns;
	lab->interrupted = v->interrupted;
	if (lab->interrupted)
		return xs_lab_stopped(m);
	if (v->kind != XS_SKIP && v->kind != XS_ERROR)
		return 0;
	/* What we may not do here is missing here. */
	if (v->kind == XS_ERROR && lab->outcome.ending.error == -EPERM)
		return xs_lab_skip(m, v->why);
	note(lab, xs_verdict_exit(v->kind));
	return cancel_case(m);
}

int xs_lab_run(struct xs_measure *m, const struct xs_case *c, const struct xs_run_options *options)
{
	struct xs_lab *lab = m->lab;
	const struct xs_verdict *v = &lab->outcome.verdict;
	const int rc = xs_lab_try(m, c, options);

	if (!rc && passed(c, v))
		return 0;
	if (!rc || (lab->interrupted && xs_verdict_exit(v->kind) == 1))
		note(lab, xs_verdict_exit(v->kind));
	return rc ? rc : cancel_case(m);
}

int xs_lab_stopped(struct xs_measure *m)
{
	char why[64];

	snprintf(why, sizeof(why), "stopped by %s", strsignal(m->lab->interrupted));
	xs_bench_skip(m->b, why);
	return -ECANCELED;
}

int xs_lab_found(struct xs_measure *m, const char *what)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "%s; \"xsavage check\" says more", what);
	note(m->lab, 1);
	return cancel(m, "finding", why);
}

int xs_lab_skip(struct xs_measure *m, const char *why)
{
	return cancel(m, "skip", why);
}

int xs_lab_error(struct xs_measure *m, const char *why)
{
	note(m->lab, 2);
	return cancel(m, "error", why);
}

int xs_lab_fail(struct xs_measure *m, const char *what, int error)
{
	char why[XS_WHY_BYTES];

	snprintf(why, sizeof(why), "%s: %s", what, strerror(-error));
	return xs_lab_error(m, why);
}

#define XS_STATE(id, label, ...) label,
const char *const xs_lab_classes[XS_STATES] = {
#include "axis/state.def"
};
#undef XS_STATE

int xs_lab_needs(struct xs_measure *m, uint32_t class)
{
	char why[XS_WHY_BYTES];

	const struct xs_entry *e = xs_entry(XS_AXIS_STATE, class);

	if (!xs_entry_supported(e, xs_arena_cpu(m->lab->session.arena), why))
		return 0;
	return xs_lab_skip(m, why);
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
