// SPDX-License-Identifier: GPL-2.0-only
/* Counts the runs of a case, and how long each hit took. */
#include "campaign/tally.h"

#include <errno.h>
#include <stdlib.h>

#include "report/interval.h"
#include "report/names.h"

int xs_tally_open(struct xs_tally *t, uint32_t runs)
{
	uint64_t *values = calloc(XS_TALLY_FIRSTS * (size_t)runs, sizeof(*values));

	*t = (struct xs_tally){ .room = runs, .worst = XS_PASS };
	for (size_t i = 0; values && i < XS_TALLY_FIRSTS; i++)
		t->first[i] = values + i * runs;
	return values ? 0 : -ENOMEM;
}

void xs_tally_close(struct xs_tally *t)
{
	free(t->first[0]);
	*t = (struct xs_tally){ 0 };
}

void xs_tally_reset(struct xs_tally *t)
{
	t->runs = t->hits = t->timed = 0;
	t->worst = XS_PASS;
}

void xs_tally_add(struct xs_tally *t, const struct xs_verdict *v)
{
	t->runs++;
	t->worst = xs_worse(v->kind, t->worst);
	if (!xs_verdict_is_bad(v->kind))
		return;
	t->hits++;
	if (!v->findings || t->timed == t->room)
		return;
	t->first[XS_TALLY_NS][t->timed] = v->finding[0].record->since_signal_ns;
	t->first[XS_TALLY_FAULTS][t->timed] = v->finding[0].record->faults;
	t->first[XS_TALLY_SIGNALS][t->timed] = v->finding[0].record->signals;
	t->timed++;
}

void xs_tally_print(FILE *f, const char *file, struct xs_tally *t)
{
	static const struct {
		const char *what, *unit;
		double scale;
	} rows[XS_TALLY_FIRSTS] = {
		[XS_TALLY_NS] = { "first signal to finding:", " ms", 1e6 },
		[XS_TALLY_FAULTS] = { "page faults of the finder until then:", "", 1 },
		[XS_TALLY_SIGNALS] = { "signals in window until then:", "", 1 },
	};
	const struct xs_interval hit = xs_wilson(t->hits, t->runs);
	char name[XS_PRINTABLE_BYTES];

	fprintf(f, "%s: %u of %u runs hit (95 %% interval %.1f-%.1f %%)\n",
		xs_printable(name, file), t->hits, t->runs, 100 * hit.low, 100 * hit.high);
	for (size_t i = 0; t->timed && i < XS_TALLY_FIRSTS; i++) {
		const struct xs_spread s = xs_spread(t->first[i], t->timed);
		const char *unit = rows[i].unit;

		fprintf(f, "  %-34s median %.6g%s, least %.6g%s, most %.6g%s\n", rows[i].what,
			(double)s.median / rows[i].scale, unit, (double)s.min / rows[i].scale, unit,
			(double)s.max / rows[i].scale, unit);
	}
}
