// SPDX-License-Identifier: GPL-2.0-only
/* Count cases by verdict and by what they had, and say what that leaves out. */
#include "report/campaign.h"

#include <string.h>

#include "handler/handler.h"
#include "plan/plan.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

#define COLUMNS	   100
#define WORD_BYTES 64u

static const char *state_name(unsigned int row)
{
	return xs_states[row].name;
}

static const char *signal_name(unsigned int row)
{
	return xs_signals[row]->name;
}

static const char *handler_name(unsigned int row)
{
	return xs_handlers[row]->name;
}

static const char *abi_name(unsigned int row)
{
	return xs_abi_names[row];
}

static const char *stack_name(unsigned int row)
{
	return xs_stacks[row]->name;
}

static const char *pressure_name(unsigned int row)
{
	return xs_pressures[row]->name;
}

const struct xs_cover_axis xs_cover_axes[XS_COVER_AXES] = {
	[XS_COVER_STATE] = { "register classes", "registers", XS_STATES, state_name },
	[XS_COVER_SIGNAL] = { "signal sources", "sources", XS_SIGNALS, signal_name },
	[XS_COVER_HANDLER] = { "handler actions", "actions", XS_HANDLERS, handler_name },
	[XS_COVER_ABI] = { "kinds of frame", "abis", XS_ABIS, abi_name },
	[XS_COVER_STACK] = { "stack faults", "faults", XS_STACKS, stack_name },
	[XS_COVER_PRESSURE] = { "pressure kinds", "pressures", XS_PRESSURES, pressure_name },
};

static uint32_t all_rows(enum xs_cover axis)
{
	return (uint32_t)((1ull << xs_cover_axes[axis].rows) - 1);
}

void xs_campaign_begin(struct xs_campaign *k, const struct xs_repertoire *r, uint32_t allowed)
{
	uint32_t *here = k->coverage.here;

	memset(k, 0, sizeof(*k));
	here[XS_COVER_STATE] = r->registers;
	here[XS_COVER_SIGNAL] = r->signals;
	here[XS_COVER_HANDLER] = r->handlers;
	here[XS_COVER_ABI] = r->compat ? all_rows(XS_COVER_ABI) : 1u << XS_ABI_X86_64;
	here[XS_COVER_STACK] = r->stacks;
	here[XS_COVER_PRESSURE] = r->pressures;
	for (uint32_t row = 0; row < XS_PRESSURES; row++)
		if (xs_pressures[row]->allow && !(allowed >> row & 1))
			k->coverage.denied |= 1u << row;
}

void xs_campaign_add(struct xs_campaign *k, const struct xs_case *c, const struct xs_verdict *v)
{
	uint32_t *had = k->coverage.had;

	k->cases++;
	k->by_verdict[v->kind]++;
	if (v->kind == XS_INCONCLUSIVE)
		snprintf(k->doubt, sizeof(k->doubt), "%.40s: %.200s", c->name, v->why);
	if (v->kind != XS_PASS)
		return;
	/* "All" is what the machine has, and what this case's workers can hold of it. */
	had[XS_COVER_STATE] |=
		c->registers & xs_plan_worker_classes(c, k->coverage.here[XS_COVER_STATE]);
	had[XS_COVER_SIGNAL] |= 1u << c->signal;
	had[XS_COVER_HANDLER] |= 1u << c->handler;
	had[XS_COVER_ABI] |= 1u << c->abi;
	had[XS_COVER_STACK] |= 1u << c->fault;
	for (uint32_t i = 0; i < c->pressures; i++)
		had[XS_COVER_PRESSURE] |= 1u << c->pressure[i].kind;
}

enum xs_verdict_kind xs_campaign_conclude(const struct xs_campaign *k,
					  const struct xs_verdict *last, const char *name,
					  char why[XS_WHY_BYTES])
{
	const uint32_t passed = k->by_verdict[XS_PASS];

	why[0] = '\0';
	if (xs_verdict_exit(last->kind) == 1)
		return last->kind;
	if (last->kind == XS_ERROR) {
		snprintf(why, XS_WHY_BYTES, "%.40s: %.200s", name, last->why);
		return XS_ERROR;
	}
	if (!k->cases) {
		snprintf(why, XS_WHY_BYTES, "not one case was run");
		return XS_INCONCLUSIVE;
	}
	if (last->interrupted && passed) {
		snprintf(why, XS_WHY_BYTES, "stopped early; nothing found until then");
		return XS_INCONCLUSIVE;
	}
	if (!passed || k->by_verdict[XS_INCONCLUSIVE] > passed) {
		snprintf(why, XS_WHY_BYTES,
			 "%u of %u cases proved nothing, the last because %.150s",
			 k->cases - passed, k->cases, k->doubt[0] ? k->doubt : last->why);
		return XS_INCONCLUSIVE;
	}
	return XS_PASS;
}

/* Rows by name, a line for each axis, or more; nothing where there are none. */
static void print_rows(FILE *f, const char *prefix, const char *head,
		       const uint32_t mask[XS_COVER_AXES], uint32_t denied)
{
	char word[WORD_BYTES];
	int column;

	for (uint32_t i = 0; i < XS_COVER_AXES; i++) {
		const struct xs_cover_axis *axis = &xs_cover_axes[i];
		const char *before = "";

		if (!mask[i])
			continue;
		column = fprintf(f, "%s  %-18s %s", prefix, head, axis->title);
		head = "";
		for (uint32_t row = 0; row < axis->rows; row++) {
			if (!(mask[i] >> row & 1))
				continue;
			snprintf(word, sizeof(word), "%s", axis->name(row));
			if (i == XS_COVER_PRESSURE && denied >> row & 1)
				snprintf(word, sizeof(word), "%s (--allow %s)", axis->name(row),
					 xs_pressures[row]->allow);
			column += fprintf(f, "%s", before);
			if (column + 1 + (int)strlen(word) >= COLUMNS)
				column = fprintf(f, "\n%s  %-18s  ", prefix, "");
			column += fprintf(f, " %s", word);
			before = ",";
		}
		fputc('\n', f);
	}
}

void xs_campaign_print(FILE *f, const char *prefix, const struct xs_campaign *k)
{
	const struct xs_coverage *c = &k->coverage;
	uint32_t absent[XS_COVER_AXES], left[XS_COVER_AXES];

	fprintf(f, "%s  covered            ", prefix);
	for (uint32_t i = 0; i < XS_COVER_AXES; i++) {
		absent[i] = all_rows(i) & ~c->here[i];
		left[i] = c->here[i] & ~c->had[i];
		fprintf(f, "%s%d of %u %s", i ? ", " : "", __builtin_popcount(c->had[i]),
			xs_cover_axes[i].rows, xs_cover_axes[i].title);
	}
	fputc('\n', f);
	print_rows(f, prefix, "not here", absent, c->denied);
	print_rows(f, prefix, "not covered", left, 0);
	if (k->by_verdict[XS_INCONCLUSIVE])
		fprintf(f, "%s  inconclusive       %u of %u cases, such as %s\n", prefix,
			k->by_verdict[XS_INCONCLUSIVE], k->cases, k->doubt);
}
