// SPDX-License-Identifier: GPL-2.0-only
/* What a case may cost: how far it is run, and what of its times and tasks is cut. */
#include "fuzz/budget.h"

#include "pressure/pressure.h"

#define SIGNALS	     4u /* of a worker: they take about as long as beginning and ending; */
#define SIGNALS_MIN  2u /* but no more than */
#define WAITS_US     1000u
#define DURATION_MS  50u  /* where the evidence does not come, */
#define SLOW_MS	     500u /* or takes its time */
#define REPLAY_MS    10000u
#define HOLD_US	     500u  /* beyond the delay: for a sender that is switched out, or a timer */
#define WAIT_MAX_US  1000u /* any time that somebody waits for, */
#define ABORT_MAX_US 100u  /* but for a section in which nothing else may come before that */
#define ALONE_US     10u   /* a fault that is held where nobody spins that could use the CPU */
#define REST_US	     20u
#define RESTLESS     4u /* one seed in so many has pressure that never rests, */
#define ANYBODY	     4u /* or workers who wait for what somebody else got */
#define WORKERS_MAX  4u
#define PRESSURE_MAX 3u /* of a kind, for each worker */
#define TASKS_MAX    6u /* workers, what serves them, and pressure */

/* It uses registers on its CPU all the time. */
#define SPINNING (XS_PRESSURE_VECTOR | XS_PRESSURE_PLAIN)

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Whether a case has pressure of a kind with all of @flags. */
static bool has(const struct xs_case *c, uint32_t flags)
{
	uint32_t rows[XS_AXES];

	xs_case_rows(c, rows);
	return xs_rows(XS_AXIS_PRESSURE, rows[XS_AXIS_PRESSURE], flags, 0);
}

static bool resolves(const struct xs_case *c)
{
	return xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER;
}

/* How long a fault may be held: what evicts takes the page away meanwhile, and nothing comes of it.
 */
static uint32_t hold_max_us(const struct xs_case *c)
{
	if (has(c, XS_PRESSURE_EVICTS))
		return 0;
	return has(c, SPINNING) ? WAIT_MAX_US : ALONE_US;
}

static bool signals_are(const struct xs_case *c, uint32_t flag)
{
	return xs_flags(XS_AXIS_SIGNAL, c->signal) & flag;
}

void xs_budget_cut(struct xs_case *c)
{
	/* One after another they are waited for. */
	const uint32_t fit = WAITS_US / (c->delay_us + (resolves(c) ? c->fault_hold_us : 0) + 1);

	c->signals = fit < SIGNALS_MIN ? SIGNALS_MIN : least(fit, SIGNALS);
	c->duration_ms = has(c, XS_PRESSURE_SLOW) ? SLOW_MS : DURATION_MS;
}

void xs_budget_slim(struct xs_case *c)
{
	/* Tasks of a worker: itself, a sender, a resolver. */
	uint32_t each = 1u + signals_are(c, XS_SIGNAL_REMOTE) + resolves(c);

	c->duration_ms = REPLAY_MS;
	c->signals = 0;
	c->delay_us =
		least(c->delay_us, signals_are(c, XS_SIGNAL_ABORTS) ? ABORT_MAX_US : WAIT_MAX_US);
	c->hold_us = least(c->hold_us, 2 * WAIT_MAX_US);
	if (c->hold_us < c->delay_us + HOLD_US)
		c->hold_us = c->delay_us + HOLD_US;
	if (resolves(c))
		c->fault_hold_us = least(c->fault_hold_us, hold_max_us(c));
	/* A sender needs a CPU beside its worker's at the same time. */
	c->workers = least(c->workers, signals_are(c, XS_SIGNAL_ABORTS) ? 1 : WORKERS_MAX);
	for (uint32_t i = 0; i < c->pressures; i++) {
		struct xs_case_pressure *p = &c->pressure[i];

		p->count = least(p->count, PRESSURE_MAX);
		p->period_us = least(p->period_us, WAIT_MAX_US);
		if (!p->period_us && !xs_pressure(p->kind)->period_us && c->seed % RESTLESS)
			p->period_us = REST_US;
		each += p->count;
	}
	c->workers = least(c->workers, each < TASKS_MAX ? TASKS_MAX / each : 1);
	if (c->workers > 1 && signals_are(c, XS_SIGNAL_ANYBODY) && c->seed % ANYBODY)
		c->as = XS_AS_PROCESSES;
}
