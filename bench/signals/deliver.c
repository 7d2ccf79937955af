// SPDX-License-Identifier: GPL-2.0-only
/* deliver/...: what a signal costs, by stack, registers in use, and sender. */
#include <errno.h>
#include <stdio.h>

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

static const uint8_t classes[] = { XS_STATE_sse, XS_STATE_avx, XS_STATE_zmm, XS_STATE_amx };

static const char *const senders[XS_SENDERS] = {
	[XS_SENDER_SELF] = "self",
	[XS_SENDER_SAME] = "peer-same-core",
	[XS_SENDER_OTHER] = "peer-other-core",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the item asks for, if this machine has it: 0 or -ECANCELED. */
static int choose(struct xs_bench *b, const struct xs_lab_item *item, struct xs_subject *s)
{
	const struct xs_stack_fault *fault;
	char why[XS_WHY_BYTES];

	s->cpu = xs_arena_cpu(item->lab->session.arena);
	s->stack = stacks[item->key[0]].row;
	s->class = classes[item->key[1]];
	s->plain = item->key[2];
	s->sender = item->key[3];
	s->signals = SIGNALS;
	s->on_cpu = xs_lab_cpu(item->lab);
	fault = xs_stack(s->stack);
	if (xs_lab_lacks(item->lab, b, s->class))
		return -ECANCELED;
	if (xs_entry_supported(&fault->entry, s->cpu, why))
		return xs_lab_skip(b, why);
	if (s->sender == XS_SENDER_OTHER && !xs_child_other_cpu(item->lab, &s->peer_cpu))
		return xs_lab_skip(b, "there is one CPU only");
	return 0;
}

static void run(struct xs_bench *b, void *arg)
{
	const struct xs_lab_item *item = arg;
	struct xs_subject *s = xs_child_memory(item->lab, b, sizeof(*s));

	if (!s)
		return;
	if (choose(b, item, s))
		goto out;
	while (xs_bench_next(b)) {
		if (xs_subject_run(item->lab, b, s))
			goto out;
		xs_bench_time(b, s->run_ns);
	}
	xs_subject_report(b, s);
out:
	xs_child_memory_free(s, sizeof(*s));
}

static void add(struct xs_lab *lab, const uint8_t key[4])
{
	char name[96];

	snprintf(name, sizeof(name), "deliver/%s/%s/%s/%s", stacks[key[0]].name,
		 xs_name(XS_AXIS_STATE, classes[key[1]]), key[2] ? "plain" : "altstack",
		 senders[key[3]]);
	xs_lab_add(lab, name, run, key);
}

void xs_deliver_register(struct xs_lab *lab)
{
	for (uint8_t stack = 0; stack < COUNT(stacks); stack++)
		for (uint8_t class = 0; class < COUNT(classes); class ++)
			for (uint8_t plain = 0; plain < 2; plain++)
				for (uint8_t sender = 0; sender < XS_SENDERS; sender++)
					add(lab, (uint8_t[]){ stack, class, plain, sender });
}
