/* SPDX-License-Identifier: GPL-2.0-only */
/* What every mutated case has to be, on machines with more or less than this one. */
#ifndef XS_TEST_MUTATE_CHECK_H
#define XS_TEST_MUTATE_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "case/schema.h"
#include "case/case.h"
#include "fuzz/mutate.h"
#include "handler/handler.h"
#include "plan/plan.h"
#include "plan/solo.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define XS_TEST_REPERTOIRES 4u
#define XS_TEST_CHAIN	    10000u /* mutations one after the other, from one case */
#define XS_TEST_POOL	    16u	   /* earlier cases, for crossover */

#define XS_TEST_ALL(rows) ((1u << (rows)) - 1)

/* 0: all that there is; 1: what every machine has; 2: a common one; 3: few, that hardly go
 * together. */
static inline struct xs_repertoire xs_test_repertoire(uint32_t n)
{
	static const struct xs_repertoire repertoires[XS_TEST_REPERTOIRES] = {
		{ .rows[XS_AXIS_STATE] = XS_TEST_ALL(XS_STATES),
		  .rows[XS_AXIS_SIGNAL] = XS_TEST_ALL(XS_SIGNALS),
		  .rows[XS_AXIS_HANDLER] = XS_TEST_ALL(XS_HANDLERS),
		  .rows[XS_AXIS_STACK] = XS_TEST_ALL(XS_STACKS),
		  .rows[XS_AXIS_PRESSURE] = XS_TEST_ALL(XS_PRESSURES),
		  .rows[XS_AXIS_ABI] = XS_TEST_ALL(XS_ABIS),
		  .rows[XS_AXIS_HOLD] = XS_TEST_ALL(XS_HOLDS),
		  .xsave = true,
		  .fpstate_bytes = 2696,
		  .cpus = 2 },
		{ .rows[XS_AXIS_STATE] = 1u << XS_STATE_mmx | 1u << XS_STATE_x87 |
					 1u << XS_STATE_mxcsr | 1u << XS_STATE_sse,
		  .rows[XS_AXIS_SIGNAL] = 1u << XS_SIGNAL_tgkill_self,
		  .rows[XS_AXIS_HANDLER] = 1u << XS_HANDLER_return,
		  .rows[XS_AXIS_STACK] = 1u << XS_STACK_none,
		  .rows[XS_AXIS_ABI] = 1u << XS_ABI_x86_64,
		  .rows[XS_AXIS_HOLD] = 1u << XS_HOLD_spin,
		  .fpstate_bytes = 512,
		  .cpus = 1 },
		{ .rows[XS_AXIS_STATE] =
			  XS_TEST_ALL(XS_STATE_avx + 1) & ~(1u << XS_STATE_x87_pointers),
		  .rows[XS_AXIS_SIGNAL] = XS_TEST_ALL(XS_SIGNALS) & ~(1u << XS_SIGNAL_rseq),
		  .rows[XS_AXIS_HANDLER] = XS_TEST_ALL(XS_HANDLERS),
		  .rows[XS_AXIS_STACK] = XS_TEST_ALL(XS_STACKS) & ~(1u << XS_STACK_uffd_missing) &
					 ~(1u << XS_STACK_uffd_wp) & ~(1u << XS_STACK_uffd_minor),
		  .rows[XS_AXIS_PRESSURE] = XS_TEST_ALL(XS_PRESSURES) & ~(1u << XS_PRESSURE_fifo),
		  .rows[XS_AXIS_ABI] = 1u << XS_ABI_x86_64,
		  .rows[XS_AXIS_HOLD] = XS_TEST_ALL(XS_HOLDS),
		  .xsave = true,
		  .fpstate_bytes = 832,
		  .cpus = 64 },
		{ .rows[XS_AXIS_STATE] =
			  1u << XS_STATE_sse | 1u << XS_STATE_amx | 1u << XS_STATE_x87_pointers,
		  .rows[XS_AXIS_SIGNAL] =
			  1u << XS_SIGNAL_tgkill_self | 1u << XS_SIGNAL_ud2 | 1u << XS_SIGNAL_rseq,
		  .rows[XS_AXIS_HANDLER] = 1u << XS_HANDLER_return | 1u << XS_HANDLER_fork |
					   1u << XS_HANDLER_autodisarm | 1u << XS_HANDLER_bad_align,
		  .rows[XS_AXIS_STACK] = 1u << XS_STACK_none | 1u << XS_STACK_readonly |
					 1u << XS_STACK_memfd_dontneed | 1u << XS_STACK_uffd_minor,
		  .rows[XS_AXIS_PRESSURE] = 1u << XS_PRESSURE_fork | 1u << XS_PRESSURE_exec |
					    1u << XS_PRESSURE_hotplug | 1u << XS_PRESSURE_evict,
		  .rows[XS_AXIS_ABI] = XS_TEST_ALL(XS_ABIS),
		  .rows[XS_AXIS_HOLD] = XS_TEST_ALL(XS_HOLDS),
		  .xsave = true,
		  .fpstate_bytes = 11008,
		  .fpstate_least_bytes = 2816,
		  .dynamic = 1u << XS_STATE_amx,
		  .cpus = 2 },
	};

	return repertoires[n];
}

/* What xs_session_supported() looks for beside the entries themselves, and what shows nothing. */
static inline const char *xs_test_disagreement(const struct xs_case *c)
{
	const uint32_t action = xs_flags(XS_AXIS_HANDLER, c->handler);
	const uint32_t source = xs_flags(XS_AXIS_SIGNAL, c->signal);
	const uint32_t fault = xs_flags(XS_AXIS_STACK, c->fault);

	if ((action & XS_FORKS) && (fault & XS_STACK_SHARED))
		return "a child would share the stack";
	if ((action & (XS_FORKS | XS_HANDLER_NESTS)) && (fault & XS_STACK_TIGHT))
		return "a second frame that has no room";
	if ((action & XS_HANDLER_TOKEN) && !(fault & XS_STACK_SHADOW))
		return "a token that is not there";
	if (c->abi != XS_ABI_x86_64 &&
	    ((action | source | fault | xs_flags(XS_AXIS_HOLD, c->hold)) & XS_X86_64))
		return "not in 32-bit frames";
	if (c->abi == XS_ABI_ia32 && (action & XS_HANDLER_RT))
		return "not restored by sigreturn()";
	if (c->abi == XS_ABI_ia32_rt && (fault & XS_STACK_KEYED))
		return "a frame that sigreturn() does not read to its end";
	if ((source & XS_SIGNAL_ABORTS) && (c->signal_place == XS_PLACE_SAME_PU ||
					    xs_flags(XS_AXIS_HOLD, c->hold) & XS_HOLD_STEPS))
		return "nothing aborts the sequence";
	if (c->hold_us <= c->delay_us && c->hold_us < XS_HOLD_MAX_US)
		return "a signal that comes too late";
	if ((fault & XS_STACK_REFUSES) &&
	    (fault & XS_STACK_TIGHT ? c->boundary || c->missing != XS_MISSING_LOWER
				    : !xs_missing_is_side(c->missing)))
		return "a frame that is not refused";
	for (uint32_t i = 0; i < c->pressures; i++)
		if ((xs_flags(XS_AXIS_PRESSURE, c->pressure[i].kind) & XS_PRESSURE_EVICTS) &&
		    !((fault & XS_STACK_SHARED) && (fault & XS_STACK_KEEPS)))
			return "pages that do not keep what they hold";
	return NULL;
}

/* Whether all of it is of the machine's: NULL, or what is not. */
static inline const char *xs_test_foreign(const struct xs_case *c, const struct xs_repertoire *r)
{
	uint32_t each = 1u + !!(xs_flags(XS_AXIS_SIGNAL, c->signal) & XS_SIGNAL_REMOTE) +
			!!(xs_flags(XS_AXIS_STACK, c->fault) & XS_STACK_RESOLVER);

	if (!(r->rows[XS_AXIS_SIGNAL] >> c->signal & 1) ||
	    !(r->rows[XS_AXIS_HANDLER] >> c->handler & 1) ||
	    !(r->rows[XS_AXIS_STACK] >> c->fault & 1))
		return "an entry that the machine has not";
	if ((c->registers | c->init) & ~r->rows[XS_AXIS_STATE])
		return "a class that the machine has not";
	if (!(c->registers & xs_plan_worker_classes(c, r->rows[XS_AXIS_STATE])))
		return "no class that workers can hold";
	if ((c->init && !r->xsave) || !(r->rows[XS_AXIS_ABI] >> c->abi & 1))
		return "init or abi";
	if (xs_boundary_is_below(c->boundary)
		    ? !(xs_flags(XS_AXIS_ABI, c->abi) & XS_ABI_COMPAT)
		    : c->boundary != XS_BOUNDARY_NONE && c->boundary >= xs_repertoire_fpstate(r, c))
		return "a boundary outside fpstate";
	for (uint32_t i = 0; i < c->pressures; i++) {
		const struct xs_case_pressure *p = &c->pressure[i];

		each += p->count;
		if (!(r->rows[XS_AXIS_PRESSURE] >> p->kind & 1) ||
		    (xs_flags(XS_AXIS_PRESSURE, p->kind) & XS_PRESSURE_ASKS))
			return "a pressure that the machine has not";
		if (p->registers & ~r->rows[XS_AXIS_STATE])
			return "a pressure's class that the machine has not";
		if ((xs_flags(XS_AXIS_PRESSURE, p->kind) & XS_PRESSURE_VECTOR) &&
		    !(p->registers & xs_plan_pressure_classes(p->kind, r->rows[XS_AXIS_STATE])))
			return "no class that a pressure can hold";
	}
	return c->workers * each > XS_REPAIRED_TASKS_MAX ? "too many tasks" : NULL;
}

/* NULL, or what is wrong with @c, which was made of @before; @why has XS_WHY_BYTES for it. */
static inline const char *xs_test_misfit(const struct xs_case *c, const struct xs_case *before,
					 const struct xs_repertoire *r, char *why)
{
	char text[XS_CASE_TEXT_MAX];
	struct xs_case other;
	const char *wrong;

	if (xs_case_valid(c, why))
		return why;
	if (xs_case_parse(&other, text, xs_case_print(c, text), "print", why))
		return why;
	if (memcmp(&other, c, sizeof(other)) != 0)
		return "its text stands for another case";
	if (strcmp(c->name, before->name) != 0 || c->duration_ms != before->duration_ms ||
	    c->signals != before->signals || strcmp(c->cpus, before->cpus) != 0)
		return "name, duration, signals or CPUs have changed";
	wrong = xs_test_foreign(c, r);
	if (!wrong)
		wrong = xs_test_disagreement(c);
	if (wrong)
		return wrong;
	xs_schedule_agree(&other, r);
	xs_repair(&other, r);
	return memcmp(&other, c, sizeof(other)) != 0 ? "a repair changes it once more" : NULL;
}

/* Called with every case of a chain: NULL, or what is wrong with it. */
typedef const char *xs_test_look(void *arg, const struct xs_case *c, const struct xs_case *before);

/*
 * Mutate, now and then cross, from the default or a case of a larger machine
 * on. Return: 0, or -EINVAL with all that is needed to see it again printed.
 */
static inline int xs_test_chain(const struct xs_repertoire *r, uint32_t chain, xs_test_look *look,
				void *arg)
{
	const struct xs_repertoire everything = xs_test_repertoire(0);
	char text[XS_CASE_TEXT_MAX], why[XS_WHY_BYTES];
	struct xs_case pool[XS_TEST_POOL], c, before;
	const char *wrong = NULL;

	xs_case_default(&c);
	if (chain % 2)
		xs_schedule(&c, &everything, chain, 300);
	for (uint32_t i = 0; i < XS_TEST_POOL; i++)
		memcpy(&pool[i], &c, sizeof(c));
	for (uint32_t i = 0; i < XS_TEST_CHAIN && !wrong; i++) {
		const uint32_t seed = chain * XS_TEST_CHAIN + i;

		memcpy(&before, &c, sizeof(c));
		if (i % 4 == 3)
			xs_crossover(&c, &pool[i % XS_TEST_POOL], r, seed); /* the oldest */
		else
			xs_mutate(&c, r, seed);
		wrong = xs_test_misfit(&c, &before, r, why);
		if (!wrong && look)
			wrong = look(arg, &c, &before);
		memcpy(&pool[i % XS_TEST_POOL], &c, sizeof(c));
		if (!wrong)
			continue;
		xs_case_print(&before, text);
		fprintf(stderr, "chain %u, seed %u: %s\nbefore:\n%s", chain, seed, wrong, text);
		xs_case_print(&c, text);
		fprintf(stderr, "after:\n%s", text);
	}
	return wrong ? -EINVAL : 0;
}

#endif
