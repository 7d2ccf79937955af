// SPDX-License-Identifier: GPL-2.0-only
/* What children get of a shadow stack: their creator's, a copy of it, or one of their own. */
#include "pressure/shadowed.h"

#include "task/shadow.h"
#include "task/sys.h"

#define PAGE  4096u
#define SLACK 1024u /* what is called behind a window must not come to the words above its SSP */
#define DEPTH 64u   /* of calls */

struct round {
	struct xs_task *t;
	int (*step)(struct xs_task *t);
	int rc;
};

static void run(void *arg)
{
	struct round *r = arg;

	r->rc = r->step(r->t);
}

int xs_shadowed_step(struct xs_task *t, bool wanted, int (*step)(struct xs_task *t))
{
	struct round r = { .t = t, .step = step };

	if (!wanted || xs_shadow_run(run, &r) < 0)
		run(&r);
	return r.rc;
}

uint64_t xs_shadowed_lower(struct xs_task *t)
{
	const uint64_t ssp = xs_ssp();

	t->level->window.shadow = ssp ? ssp - SLACK : 0;
	return t->level->window.shadow;
}

/* Each return proves the word that its call has left: no loop may come of it. */
static __attribute__((noinline)) uint32_t descend(uint32_t calls)
{
	uint32_t below = calls ? descend(calls - 1) : 0;

	__asm__ volatile("" : "+r"(below));
	return below + 1;
}

static bool plants(struct xs_task *t, enum xs_layout_field which)
{
	return !t->plan->worker && t->shared->plant.class == which &&
	       xs_plant_due(t, XS_PLANT_LAYOUT);
}

static void judge(struct xs_task *t, struct xs_level *l, uint64_t off, uint64_t words)
{
	static const uint64_t right[XS_LAYOUT_FIELDS];
	const uint64_t said[XS_LAYOUT_FIELDS] = {
		[XS_LAYOUT_CHILD_SSP] = plants(t, XS_LAYOUT_CHILD_SSP) ? off ^ 16 : off,
		[XS_LAYOUT_CHILD_WORDS] = words,
	};

	if (xs_layout_differs(right, said))
		xs_task_record_as(t, l, XS_WRONG_VALUES, XS_LEG_LAYOUT, 0, right, said,
				  XS_LAYOUT_BYTES);
}

void xs_shadowed_prove(struct xs_task *t, struct xs_level *l, uint64_t due, uint64_t ssp)
{
	if (!due)
		return;
	if (plants(t, XS_LAYOUT_CHILD_WORDS))
		xs_shadow_write((uint64_t *)due, 0);
	judge(t, l, ssp - due, xs_shadow_words(due));
	descend(DEPTH);
}

void xs_shadowed_prove_own(struct xs_task *t, struct xs_level *l, uint64_t due, uint64_t ssp)
{
	/* The creator's ends in the page in which its SSP is, or right behind that. */
	const bool own = ssp && ssp % PAGE == 0 && ssp - due > PAGE;

	if (!due)
		return;
	judge(t, l, own ? 0 : ssp | 1, 0);
	descend(DEPTH);
}
