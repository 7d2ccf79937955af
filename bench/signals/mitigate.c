// SPDX-License-Identifier: GPL-2.0-only
/*
 * mitigate/signal: what a signal costs with each mitigation. And the list of all mitigate/...
 *
 * Two runs in turn. In one the stack's pages are dropped before each signal, unless a lock keeps
 * them, as if memory had run short: what the signal costs then, and whether it faults. In the
 * other they stay, as they nearly always do: what the mitigation costs for nothing.
 */
#include "signals/mitigate.h"

#include <stdio.h>

#include "child.h"
#include "signals/subject.h"
#include "stack/mitigation.h"
#include "stack/stack.h"
#include "state/state.h"

#define SIGNALS 1000u /* of each run */

static void prepare(struct xs_subject *s, const struct xs_lab_item *item, uint8_t stack)
{
	s->cpu = xs_arena_cpu(item->lab->session.arena);
	s->stack = stack;
	s->class = xs_entry_supported(xs_entry(XS_AXIS_STATE, XS_STATE_avx), s->cpu, NULL)
			   ? XS_STATE_sse
			   : XS_STATE_avx;
	s->mitigation = item->key[0];
	s->sender = XS_SENDER_SELF;
	s->plain = xs_mitigations[s->mitigation].no_altstack;
	s->on_cpu = xs_lab_cpu(item->lab);
	s->signals = SIGNALS;
}

static void run_signal(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	struct xs_subject *lost = xs_child_memory(item->lab, b, 2 * sizeof(*lost));
	struct xs_subject *warm = lost + 1;

	if (!lost)
		return;
	prepare(lost, item, XS_STACK_dontneed);
	prepare(warm, item, XS_STACK_none);
	while (xs_bench_next(b)) {
		if (xs_subject_run(item->lab, b, lost) || xs_subject_run(item->lab, b, warm))
			goto out;
		xs_bench_time(b, lost->run_ns + warm->run_ns);
	}
	xs_subject_report(b, lost);
	xs_bench_counter(b, "warm_p50", xs_timing_ns(&warm->timing, 500000));
	xs_bench_counter(b, "warm_p99", xs_timing_ns(&warm->timing, 990000));
out:
	xs_child_memory_free(lost, 2 * sizeof(*lost));
}

static void add(struct xs_lab *lab, const char *part, void (*run)(struct xs_bench *b, void *item))
{
	char name[64];

	for (uint8_t row = 0; row < XS_MITIGATIONS; row++) {
		snprintf(name, sizeof(name), "mitigate/%s/%s", part, xs_mitigations[row].name);
		xs_lab_add(lab, name, run, (uint8_t[4]){ row });
	}
}

void xs_mitigate_register(struct xs_lab *lab)
{
	add(lab, "signal", run_signal);
	add(lab, "setup", xs_mitigate_setup);
	add(lab, "thread", xs_mitigate_thread);
	xs_mitigate_limit_register(lab);
	xs_mitigate_copy_register(lab);
}
