// SPDX-License-Identifier: GPL-2.0-only
/* deliver/...: what a signal costs, by stack, registers in use, and sender. */
#include <errno.h>

#include "child.h"
#include "signals/subject.h"
#include "stack/stack.h"
#include "state/state.h"

#define SIGNALS 1000u /* of a round */

static const struct {
	uint8_t row;
	const char *name;
} stacks[] = {
	{ XS_STACK_none, "warm" },
	{ XS_STACK_dontneed, "dontneed" },
	{ XS_STACK_remap, "remap" },
	{ XS_STACK_punch_hole, "punch-hole" },
	{ XS_STACK_uffd_missing, "uffd-missing" },
};

static const struct {
	uint8_t row;
	const char *name;
} classes[] = {
	{ XS_STATE_sse, "sse" },
	{ XS_STATE_avx, "avx" },
	{ XS_STATE_zmm, "zmm" },
	{ XS_STATE_amx, "amx" },
};

static const char *const places[] = { "altstack", "plain" };
static const char *const senders[XS_SENDERS] = {
	[XS_SENDER_SELF] = "self",
	[XS_SENDER_SAME] = "peer-same-core",
	[XS_SENDER_OTHER] = "peer-other-core",
};

/* What the keys ask for, if this machine has it. */
static int prepare(struct xs_measure *m)
{
	struct xs_subject *s = m->state;
	const struct xs_stack_fault *fault = xs_stack(stacks[m->key[0]].row);
	char why[XS_WHY_BYTES];

	s->cpu = xs_arena_cpu(m->lab->session.arena);
	s->stack = stacks[m->key[0]].row;
	s->class = classes[m->key[1]].row;
	s->plain = m->key[2];
	s->sender = m->key[3];
	s->signals = SIGNALS;
	s->on_cpu = xs_lab_cpu(m->lab);
	if (xs_lab_needs(m, s->class))
		return -ECANCELED;
	if (xs_entry_supported(&fault->entry, s->cpu, why))
		return xs_lab_skip(m, why);
	if (s->sender == XS_SENDER_OTHER && !xs_child_other_cpu(m->lab, &s->peer_cpu))
		return xs_lab_skip(m, "there is one CPU only");
	return 0;
}

static int run_round(struct xs_measure *m)
{
	struct xs_subject *s = m->state;
	const int rc = xs_subject_run(m, s);

	m->ns = s->run_ns;
	return rc;
}

static void report(struct xs_measure *m)
{
	xs_subject_report(m, m->state);
}

static const struct xs_family deliver = {
	.name = "deliver",
	.help = "  deliver/...     ns of a signal, in percentiles, by stack (warm, dontneed, "
		"...),\n"
		"                  registers in use, altstack or the thread's own, and sender\n"
		"                  (self, a peer)\n",
	.list = { XS_LIST(stacks, sizeof(stacks) / sizeof(stacks[0]), .name),
		  XS_LIST(classes, sizeof(classes) / sizeof(classes[0]), .name), XS_WORDS(places),
		  XS_WORDS(senders) },
	.bytes = sizeof(struct xs_subject),
	.prepare = prepare,
	.round = run_round,
	.report = report,
};
XS_FAMILY(deliver);
