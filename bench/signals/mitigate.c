// SPDX-License-Identifier: GPL-2.0-only
/*
 * mitigate/signal: what a signal costs with each mitigation.
 *
 * Two runs in turn. In one the stack's pages are dropped before each signal, unless a lock keeps
 * them, as if memory had run short: what the signal costs then, and whether it faults. In the
 * other they stay, as they nearly always do: what the mitigation costs for nothing.
 */
#include <errno.h>

#include "stack/mitigation.h"
#include "stack/stack.h"
#include "state/state.h"
#include "signals/subject.h"

#define SIGNALS 1000u /* of each run */

enum { LOST, WARM, SUBJECTS };

static void ask(struct xs_measure *m, struct xs_subject *s, uint8_t stack)
{
	s->cpu = xs_arena_cpu(m->lab->session.arena);
	s->stack = stack;
	s->class = xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_avx), s->cpu, NULL) ? XS_STATE_sse : XS_STATE_avx;
	s->mitigation = m->key[0];
	s->sender = XS_SENDER_SELF;
	s->plain = xs_mitigations[s->mitigation].no_altstack;
	s->on_cpu = xs_lab_cpu(m->lab);
	s->signals = SIGNALS;
}

static int run_round(struct xs_measure *m)
{
	struct xs_subject *s = m->state;

	ask(m, &s[LOST], XS_STACK_dontneed);
	ask(m, &s[WARM], XS_STACK_none);
	if (xs_subject_run(m, &s[LOST]) || xs_subject_run(m, &s[WARM]))
		return -ECANCELED;
	m->ns = s[LOST].run_ns + s[WARM].run_ns;
	return 0;
}

static void report(struct xs_measure *m)
{
	const struct xs_subject *s = m->state;

	xs_subject_report(m, &s[LOST]);
	xs_bench_counter(m->b, "warm_p50", xs_timing_ns(&s[WARM].timing, 500000));
	xs_bench_counter(m->b, "warm_p99", xs_timing_ns(&s[WARM].timing, 990000));
}

static const struct xs_family mitigated_signal = {
	.name = "mitigate/signal",
	.help = "  mitigate/...    what it costs to keep a signal stack's pages: signal (each "
		"one),\n"
		"                  setup and thread (once), limit (how many threads "
		"RLIMIT_MEMLOCK\n"
		"                  lets have it, and what then happens), memcpy (a copy's "
		"throughput)\n",
	.list = { XS_LIST(xs_mitigations, XS_MITIGATIONS, .name) },
	.bytes = SUBJECTS * sizeof(struct xs_subject),
	.round = run_round,
	.report = report,
};
XS_FAMILY(mitigated_signal);
