// SPDX-License-Identifier: GPL-2.0-only
/* From observations to a verdict, on counted evidence alone. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "oracle/oracle.h"

const char *const xs_leg_names[] = { "frame", "handler", "return", "fork",
				     "exec",  "ptrace",	 "layout", NULL };
const char *const xs_verdict_names[] = { "inconclusive",   "pass",   "skip",
					 "corrupt",	   "killed", "hang",
					 "kernel-warning", "error",  "accepted",
					 "refused",	   NULL };

static void count(struct xs_evidence *e, const struct xs_plan *plan, const struct xs_obs *obs)
{
	for (uint32_t i = 0; i < plan->tasks; i++) {
		const struct xs_counters *c = &obs->counters[i];

		if (plan->task[i].role == XS_ROLE_PRESSURE)
			e->neighbour_checks += c->checks;
		if (plan->task[i].role != XS_ROLE_WORKER)
			continue;
		e->iterations += c->iterations;
		e->checks += c->checks;
		e->frames += c->frames;
		e->entries += c->entries;
		e->signals += c->signals;
		e->nested += c->nested;
		e->clobbered += c->clobbered;
		e->acted += c->acted;
		e->refused += c->refused;
		e->misplaced += c->misplaced;
		e->compat += c->compat;
		e->repeated += c->repeated;
		e->aborted += c->aborted;
		e->outside += c->outside;
		e->missed += c->missed;
		e->faults += c->faults;
		e->sampled += c->sampled;
		e->faults_save += c->sampled_save;
		e->faults_restore += c->sampled_restore;
		e->switches += c->switches_voluntary + c->switches_involuntary;
		e->migrations += c->migrations;
		if (c->first_signal_ns &&
		    (!e->first_signal_ns || c->first_signal_ns < e->first_signal_ns))
			e->first_signal_ns = c->first_signal_ns;
	}
}

/* Whether sigreturn comes to read the pages that were dropped for it. */
static bool reads_copy(const struct xs_plan *plan)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);

	return !(action & (XS_HANDLER_JUMPS | XS_HANDLER_POINTS));
}

/* A kind of pressure of which no task did what it is for: its name, or NULL. */
static const char *idle_pressure(const struct xs_plan *plan, const struct xs_obs *obs)
{
	uint32_t asked = 0, did = 0;

	for (uint32_t i = plan->workers; i < plan->tasks; i++) {
		const struct xs_plan_task *task = &plan->task[i];
		const struct xs_counters *c = &obs->counters[i];

		if (task->role != XS_ROLE_PRESSURE)
			continue;
		asked |= 1u << task->kind;
		did |= (uint32_t)((task->registers ? c->checks : c->iterations) > 0) << task->kind;
	}
	return asked == did ? NULL
			    : xs_name(XS_AXIS_PRESSURE, (unsigned int)__builtin_ctz(asked & ~did));
}

/* Of a signal's way what a source, or an ABI, is for: a reason, or NULL. */
static const char *missing_signal(const struct xs_evidence *e, const struct xs_plan *plan)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);
	const uint32_t source = xs_flags(XS_AXIS_SIGNAL, plan->signal);
	const uint32_t abi = xs_flags(XS_AXIS_ABI, plan->abi);

	if ((abi & XS_ABI_COMPAT) && e->compat != e->signals)
		return "frames were not 32-bit ones";
	if ((source & XS_SIGNAL_ABORTS) && !e->aborted)
		return "no signal aborted a restartable sequence";
	if ((source & XS_SIGNAL_REPEATS) && !(action & XS_HANDLER_ENDS) && !e->repeated)
		return "no signal came right after another one";
	return NULL;
}

/* What the case asked for and did not get: a reason, or NULL. */
static const char *missing_evidence(const struct xs_evidence *e, const struct xs_plan *plan)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);
	const uint32_t fault = xs_flags(XS_AXIS_STACK, plan->fault);

	if (e->misplaced)
		return "frames did not lie where the case wants them";
	if (!e->signals)
		return "no signal landed in a window";
	if (!e->frames || !e->entries)
		return "no frame was proved";
	/* The frame's own faults, where some were measured: any fault will not do. */
	if ((fault & XS_STACK_REFUSES) && !e->refused)
		return "every frame could be written";
	if (!(fault & (XS_STACK_STAYS | XS_STACK_REFUSES)) &&
	    (e->sampled ? !e->faults_save : !e->faults))
		return "no stack fault was taken while a frame was written";
	if (plan->restore != XS_MISSING_NONE && reads_copy(plan) && !e->faults_restore)
		return "no stack fault was taken while sigreturn read a frame";
	if ((action & XS_HANDLER_NESTS) && !e->nested)
		return "no signal landed in a handler's window";
	if ((action & XS_HANDLER_OVERWRITES) && !e->clobbered)
		return "no handler overwrote the registers";
	if ((action & XS_HANDLER_REFUSED) && !e->refused)
		return "no bad frame was refused";
	if (!(action & XS_HANDLER_RETURNS) && !e->acted)
		return "no handler carried its action through";
	return missing_signal(e, plan);
}

/* What the findings accuse of: wrong values before all else. */
static enum xs_verdict_kind accuse(struct xs_verdict *v, const struct xs_ending *ending)
{
	uint32_t by_wrong[] = { 0, 0, 0 };

	for (uint32_t i = 0; i < v->findings; i++)
		by_wrong[v->finding[i].record->wrong]++;
	if (by_wrong[XS_WRONG_VALUES])
		return XS_CORRUPT;
	if (by_wrong[XS_WRONG_ACCEPTED]) {
		snprintf(v->why, sizeof(v->why), "sigreturn took a frame that it has to refuse");
		return XS_ACCEPTED;
	}
	if (ending->memory_refused) {
		v->findings = 0;
		snprintf(v->why, sizeof(v->why),
			 "a frame was refused while there was no memory (a limit of its cgroup?)");
		return XS_ERROR;
	}
	snprintf(v->why, sizeof(v->why), "sigreturn refused a legal frame");
	return XS_REFUSED;
}

/* Verdicts from bad to good; the first that applies holds. */
static enum xs_verdict_kind decide(struct xs_verdict *v, const struct xs_plan *plan,
				   const struct xs_obs *obs, const struct xs_ending *ending)
{
	const char *missing, *idle;

	if (v->findings)
		return accuse(v, ending);
	if (ending->died_signal) {
		snprintf(v->why, sizeof(v->why), "%s died of %s",
			 ending->died_task ? "a pressure process" : "the workers' process",
			 strsignal(ending->died_signal));
		return XS_KILLED;
	}
	if (ending->hung) {
		snprintf(v->why, sizeof(v->why), "task %u made no progress", ending->hung_task);
		return XS_HANG;
	}
	if (ending->kernel_warned) {
		snprintf(v->why, sizeof(v->why), "the kernel log has a warning about this run");
		return XS_KERNEL_WARNING;
	}
	if (obs->records && !v->findings) {
		snprintf(v->why, sizeof(v->why), "a task died while it recorded a mismatch");
		return XS_ERROR;
	}
	if (ending->error) {
		snprintf(v->why, sizeof(v->why), "%.180s: %s", ending->error_what,
			 strerror(-ending->error));
		return XS_ERROR;
	}
	if (ending->interrupted) {
		snprintf(v->why, sizeof(v->why), "stopped by %s", strsignal(ending->interrupted));
		return XS_INCONCLUSIVE;
	}
	missing = missing_evidence(&v->evidence, plan);
	if (missing) {
		snprintf(v->why, sizeof(v->why), "%s", missing);
		return XS_INCONCLUSIVE;
	}
	idle = idle_pressure(plan, obs);
	if (idle) {
		snprintf(v->why, sizeof(v->why), "the pressure %s never got to work", idle);
		return XS_INCONCLUSIVE;
	}
	return XS_PASS;
}

void xs_judge(struct xs_verdict *v, const struct xs_plan *plan, const struct xs_obs *obs,
	      const struct xs_ending *ending, const struct xs_cpu *cpu)
{
	memset(v, 0, offsetof(struct xs_verdict, finding));
	count(&v->evidence, plan, obs);
	v->evidence.elapsed_ns = ending->elapsed_ns;
	v->evidence.wall_ns = ending->wall_ns;
	v->interrupted = ending->interrupted;
	for (uint32_t i = 0; i < XS_RECORDS_MAX && i < obs->records; i++)
		if (obs->record[i].complete)
			xs_classify(&v->finding[v->findings++], &obs->record[i], cpu, plan->tasks);
	v->kind = (uint8_t)decide(v, plan, obs, ending);
}

void xs_evidence_add(struct xs_evidence *sum, const struct xs_evidence *one)
{
	if (!sum->first_signal_ns)
		sum->first_signal_ns = sum->elapsed_ns + one->first_signal_ns;
	sum->iterations += one->iterations;
	sum->checks += one->checks;
	sum->frames += one->frames;
	sum->entries += one->entries;
	sum->signals += one->signals;
	sum->nested += one->nested;
	sum->clobbered += one->clobbered;
	sum->acted += one->acted;
	sum->refused += one->refused;
	sum->misplaced += one->misplaced;
	sum->compat += one->compat;
	sum->repeated += one->repeated;
	sum->aborted += one->aborted;
	sum->outside += one->outside;
	sum->missed += one->missed;
	sum->faults += one->faults;
	sum->faults_save += one->faults_save;
	sum->faults_restore += one->faults_restore;
	sum->sampled += one->sampled;
	sum->switches += one->switches;
	sum->migrations += one->migrations;
	sum->neighbour_checks += one->neighbour_checks;
	sum->elapsed_ns += one->elapsed_ns;
	sum->wall_ns += one->wall_ns;
}

int xs_verdict_exit(enum xs_verdict_kind kind)
{
	switch (kind) {
	case XS_PASS:
		return 0;
	case XS_CORRUPT:
	case XS_ACCEPTED:
	case XS_REFUSED:
	case XS_KILLED:
	case XS_HANG:
	case XS_KERNEL_WARNING:
		return 1;
	case XS_SKIP:
	case XS_INCONCLUSIVE:
		return 4;
	default:
		return 2;
	}
}
