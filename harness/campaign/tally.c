// SPDX-License-Identifier: GPL-2.0-only
/* Counts the runs of a case, and how long each hit took. */
#include <errno.h>
#include <stdlib.h>

#include "cmd/common.h"
#include "campaign/tally.h"
#include "report/interval.h"
#include "report/names.h"

int xs_tally_open(struct xs_tally *t, uint32_t runs)
{
	uint64_t *values = calloc(3 * (size_t)runs, sizeof(*values));

	if (!values)
		return -ENOMEM;
	*t = (struct xs_tally){ .room = runs,
				.first_ns = values,
				.first_faults = values + runs,
				.first_signals = values + 2 * (size_t)runs,
				.worst = XS_PASS };
	return 0;
}

void xs_tally_close(struct xs_tally *t)
{
	free(t->first_ns);
	*t = (struct xs_tally){ 0 };
}

void xs_tally_reset(struct xs_tally *t)
{
	t->runs = t->hits = t->timed = 0;
	t->worst = XS_PASS;
}

/* The first finding of a run tells how long it took. */
static void note_hit(struct xs_tally *t, const struct xs_verdict *v)
{
	uint32_t n;

	t->hits++;
	if (!v->findings || t->timed == t->room)
		return;
	n = t->timed++;
	t->first_ns[n] = v->finding[0].record->since_signal_ns;
	t->first_faults[n] = v->finding[0].record->faults;
	t->first_signals[n] = v->finding[0].record->signals;
}

enum xs_verdict_kind xs_worse(enum xs_verdict_kind a, enum xs_verdict_kind b)
{
	static const uint8_t badness[XS_VERDICTS] = {
		[XS_PASS] = 0,		 [XS_SKIP] = 1,	   [XS_INCONCLUSIVE] = 2, [XS_ERROR] = 3,
		[XS_KERNEL_WARNING] = 4, [XS_HANG] = 5,	   [XS_KILLED] = 6,	  [XS_REFUSED] = 7,
		[XS_ACCEPTED] = 8,	 [XS_CORRUPT] = 9,
	};

	return badness[a] >= badness[b] ? a : b;
}

bool xs_left_immortal(const struct xs_outcome *outcome)
{
	return outcome->ending.immortal != 0;
}

void xs_say_immortal(void)
{
	fprintf(stderr, "xsavage: a process is left that SIGKILL does not end: no more runs "
			"until the next boot\n");
}

void xs_tally_add(struct xs_tally *t, const struct xs_outcome *outcome)
{
	t->runs++;
	t->interrupted = outcome->verdict.interrupted;
	t->immortal = xs_left_immortal(outcome);
	if (xs_verdict_is_bad(outcome->verdict.kind))
		note_hit(t, &outcome->verdict);
	t->worst = xs_worse(outcome->verdict.kind, t->worst);
}

static void print_spread(FILE *f, const char *what, uint64_t *values, uint32_t n, double scale,
			 const char *unit)
{
	const struct xs_spread s = xs_spread(values, n);

	fprintf(f, "  %-34s median %.6g%s, least %.6g%s, most %.6g%s\n", what,
		(double)s.median / scale, unit, (double)s.min / scale, unit, (double)s.max / scale,
		unit);
}

void xs_tally_print(FILE *f, const char *file, struct xs_tally *t)
{
	const struct xs_interval i = xs_wilson(t->hits, t->runs);
	char name[XS_PRINTABLE_BYTES];

	fprintf(f, "%s: %u of %u runs hit (95 %% interval %.1f-%.1f %%)\n",
		xs_printable(name, file), t->hits, t->runs, 100 * i.low, 100 * i.high);
	if (!t->timed)
		return;
	print_spread(f, "first signal to finding:", t->first_ns, t->timed, 1e6, " ms");
	print_spread(f, "page faults of the finder until then:", t->first_faults, t->timed, 1, "");
	print_spread(f, "signals in window until then:", t->first_signals, t->timed, 1, "");
}
