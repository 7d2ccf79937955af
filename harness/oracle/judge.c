// SPDX-License-Identifier: GPL-2.0-only
/* From observations to a verdict, on counted evidence alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "oracle/classify.h"
#include "pressure/pressure.h"
#include "stack/stack.h"
#include "task/task.h"

const char *const xs_verdict_names[] = { "inconclusive",   "pass",   "skip",
					 "corrupt",	   "killed", "hang",
					 "kernel-warning", "error",  "accepted",
					 "refused",	   NULL };

/* Whether one of the legs is judged. */
static bool judges(const struct xs_plan *plan, uint32_t legs)
{
	return legs & ~plan->legs_out;
}

/* Where a pressure's registers are proved. */
static uint32_t legs_of(unsigned int kind)
{
	const uint32_t legs = xs_pressure(kind)->legs & ((1u << XS_LEGS) - 1);

	return legs ? legs : 1u << XS_LEG_RETURN;
}

static void count(struct xs_evidence *e, const struct xs_plan *plan, const struct xs_obs *obs)
{
	for (uint32_t i = 0; i < plan->tasks; i++) {
		const struct xs_counters *c = &obs->counters[i];

		if (plan->task[i].role == XS_ROLE_PRESSURE &&
		    judges(plan, legs_of(plan->task[i].kind)))
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
	/* What was not judged is no evidence. */
	if (!judges(plan, 1u << XS_LEG_FRAME | 1u << XS_LEG_LAYOUT))
		e->frames = 0;
	if (!judges(plan, 1u << XS_LEG_HANDLER))
		e->entries = 0;
	if (!judges(plan, 1u << XS_LEG_RETURN))
		e->checks = 0;
}

/* Whether sigreturn comes to read the pages that were dropped for it. */
static bool reads_copy(const struct xs_plan *plan)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);

	return !(action & (XS_HANDLER_JUMPS | XS_HANDLER_POINTS));
}

/* A kind of pressure of which no task did what it is for @least times: its name, or NULL. */
static const char *idle_pressure(const struct xs_plan *plan, const struct xs_obs *obs,
				 uint64_t least)
{
	const uint32_t idle = xs_idle_kinds(plan, obs, least);

	return idle ? xs_name(XS_AXIS_PRESSURE, (unsigned int)__builtin_ctz(idle)) : NULL;
}

/* Of a signal's way what a source, or an ABI, is for: a reason, or NULL. */
static const char *missing_signal(const struct xs_evidence *e, const struct xs_plan *plan,
				  uint64_t least)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);
	const uint32_t source = xs_flags(XS_AXIS_SIGNAL, plan->signal);
	const uint32_t abi = xs_flags(XS_AXIS_ABI, plan->abi);

	if ((abi & XS_ABI_COMPAT) && e->compat != e->signals)
		return "frames were not 32-bit ones";
	if ((source & XS_SIGNAL_ABORTS) && e->aborted < least)
		return "no signal aborted a restartable sequence";
	if ((source & XS_SIGNAL_REPEATS) && !(action & XS_HANDLER_ENDS) && e->repeated < least)
		return "no signal came right after another one";
	return NULL;
}

/* What the case asked for and did not get @least times: a reason, or NULL. */
static const char *missing_evidence(const struct xs_evidence *e, const struct xs_plan *plan,
				    uint64_t least, bool uncounted)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, plan->handler);
	const uint32_t fault = xs_flags(XS_AXIS_STACK, plan->fault);

	if (e->misplaced)
		return "frames did not lie where the case wants them";
	if (e->signals < least)
		return "no signal landed in a window";
	if ((e->frames < least && judges(plan, 1u << XS_LEG_FRAME | 1u << XS_LEG_LAYOUT)) ||
	    (e->entries < least && judges(plan, 1u << XS_LEG_HANDLER)))
		return "no frame was proved";
	/* The frame's own faults, where some were measured: any fault will not do. */
	if ((fault & XS_STACK_REFUSES) && e->refused < least)
		return "every frame could be written";
	if (xs_stack_faults(fault) &&
	    (e->sampled ? e->faults_save * XS_SAMPLE_EVERY : e->faults) < least)
		return uncounted ? "no page fault is counted here (ru_minflt), and this method and "
				   "boundary leave no other trace"
				 : "no stack fault was taken while a frame was written";
	if (plan->restore != XS_MISSING_NONE && reads_copy(plan) &&
	    e->faults_restore * XS_SAMPLE_EVERY < least)
		return uncounted ? "no page fault is counted here (ru_minflt), and sigreturn's "
				   "leave no other trace"
				 : "no stack fault was taken while sigreturn read a frame";
	if ((action & XS_HANDLER_NESTS) && e->nested < least)
		return "no signal landed in a handler's window";
	if ((action & XS_HANDLER_OVERWRITES) && e->clobbered < least)
		return "no handler overwrote the registers";
	if ((action & XS_HANDLER_REFUSED) && e->refused < least)
		return "no bad frame was refused";
	if (!(action & XS_HANDLER_RETURNS) && e->acted < least)
		return "no handler carried its action through";
	return missing_signal(e, plan, least);
}

enum xs_verdict_kind xs_because(char why[XS_WHY_BYTES], enum xs_verdict_kind kind,
				const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, XS_WHY_BYTES, format, args);
	va_end(args);
	return kind;
}

const char *xs_accepted_words(enum xs_leg leg)
{
	return leg == XS_LEG_PTRACE ? "the kernel took a tracer's write that it has to refuse"
				    : "sigreturn took a frame that it has to refuse";
}

const char *xs_refused_words(enum xs_leg leg)
{
	return leg == XS_LEG_PTRACE ? "the kernel refused a tracer's legal write"
				    : "sigreturn refused a legal frame";
}

/* What the findings accuse of: wrong values before all else. */
static enum xs_verdict_kind accuse(struct xs_verdict *v, const struct xs_ending *ending)
{
	uint32_t by_wrong[] = { 0, 0, 0 };

	for (uint32_t i = 0; i < v->findings; i++)
		by_wrong[v->finding[i].record->wrong]++;
	if (by_wrong[XS_WRONG_VALUES])
		return XS_CORRUPT;
	if (by_wrong[XS_WRONG_ACCEPTED])
		return xs_because(v->why, XS_ACCEPTED, "%s",
				  xs_accepted_words(v->finding[0].record->leg));
	if (!ending->memory_refused)
		return xs_because(v->why, XS_REFUSED, "%s",
				  xs_refused_words(v->finding[0].record->leg));
	v->findings = 0;
	return xs_because(v->why, XS_ERROR,
			  "a frame was refused while there was no memory (a limit of its cgroup?)");
}

/* Verdicts from bad to good; the first that applies holds. */
static enum xs_verdict_kind decide(struct xs_verdict *v, const struct xs_plan *plan,
				   const struct xs_obs *obs, const struct xs_ending *ending)
{
	const char *missing, *idle;

	if (v->findings)
		return accuse(v, ending);
	if (ending->died_signal)
		return xs_because(v->why, XS_KILLED, "%s died of %s",
				  ending->died_task < plan->workers ? "the workers' process"
								    : "a pressure process",
				  strsignal(ending->died_signal));
	if (ending->hung)
		return xs_because(v->why, XS_HANG, "task %u made no progress", ending->hung_task);
	if (ending->kernel_warned)
		return xs_because(v->why, XS_KERNEL_WARNING,
				  "the kernel log has a warning about this run");
	if (obs->records)
		return xs_because(v->why, XS_ERROR, "a task died while it recorded a mismatch");
	if (ending->error)
		return xs_because(v->why, XS_ERROR, "%.180s: %s", ending->error_what,
				  strerror(-ending->error));
	if (ending->interrupted)
		return xs_because(v->why, XS_INCONCLUSIVE, "stopped by %s",
				  strsignal(ending->interrupted));
	missing = missing_evidence(&v->evidence, plan, 1, obs->counters[0].uncounted);
	if (missing)
		return xs_because(v->why, XS_INCONCLUSIVE, "%s", missing);
	idle = idle_pressure(plan, obs, 1);
	if (idle)
		return xs_because(v->why, XS_INCONCLUSIVE, "the pressure %s never got to work",
				  idle);
	return XS_PASS;
}

bool xs_proved(const struct xs_plan *plan, const struct xs_obs *obs, uint64_t elapsed_ns)
{
	const uint64_t times = XS_PROVED_TIMES * elapsed_ns / 1000000 / plan->duration_ms;
	const uint64_t least = times < XS_PROVED_TIMES ? XS_PROVED_TIMES - times : 1;
	struct xs_evidence e = { 0 };

	count(&e, plan, obs);
	/* Where the frame's own faults are still to be measured they count at the end. */
	return e.sampled * XS_SAMPLE_EVERY >= least && !missing_evidence(&e, plan, least, false) &&
	       !idle_pressure(plan, obs, least);
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
	const uint64_t first_ns = sum->first_signal_ns ? sum->first_signal_ns
						       : sum->elapsed_ns + one->first_signal_ns;
	const uint64_t *from = (const uint64_t *)one;
	uint64_t *to = (uint64_t *)sum;

	_Static_assert(sizeof(*sum) % sizeof(*to) == 0, "all of it is sums of 64 bits");
	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
	sum->first_signal_ns = first_ns;
}

/* Exit code and badness. */
static const struct {
	uint8_t exit, badness;
} kinds[XS_VERDICTS] = {
	[XS_PASS] = { 0, 0 },	 [XS_SKIP] = { 4, 1 },	  [XS_INCONCLUSIVE] = { 4, 2 },
	[XS_ERROR] = { 2, 3 },	 [XS_HANG] = { 1, 5 },	  [XS_KERNEL_WARNING] = { 1, 4 },
	[XS_KILLED] = { 1, 6 },	 [XS_REFUSED] = { 1, 7 }, [XS_ACCEPTED] = { 1, 8 },
	[XS_CORRUPT] = { 1, 9 },
};

int xs_verdict_exit(enum xs_verdict_kind kind)
{
	return kinds[kind].exit;
}

enum xs_verdict_kind xs_worse(enum xs_verdict_kind a, enum xs_verdict_kind b)
{
	return kinds[a].badness >= kinds[b].badness ? a : b;
}
