// SPDX-License-Identifier: GPL-2.0-only
/* From findings to signatures. */
#include "oracle/signature.h"

#include <stdio.h>
#include <string.h>

#include "state/frame.h"
#include "task/layout.h"

#define LEG_SWITCH    "switch"
#define WHOSE_OWN     "own"
#define WHOSE_HANDLER "handler"
#define WHOSE_GIVEN   "given"
#define WHOSE_GUEST   "guest"
#define WHOSE_OTHER   "other"

static void put(struct xs_signature *s, enum xs_signature_word at, const char *text)
{
	char *word = s->word[at];

	snprintf(word, XS_SIGNATURE_WORD_BYTES, "%s", text);
	for (; *word; word++)
		if (*word == ' ')
			*word = '-';
}

/* Of the classes in @mask one that stands for them: there are several of x87, and of SSE. */
static unsigned int usual(uint32_t mask)
{
	const uint32_t scalar = xs_rows(XS_AXIS_STATE, mask, XS_STATE_SCALAR, 0);
	const uint32_t standard = xs_rows(XS_AXIS_STATE, mask, XS_DEFAULT, 0);

	return (unsigned int)__builtin_ctz(standard ? standard : scalar ? scalar : mask);
}

/* The class that a component is called after: the one that drives the fewest others, too. */
static unsigned int class_of_component(uint32_t component)
{
	uint32_t mask = xs_state_of(1ull << component), best = 0;
	int fewest = 64;

	for (; mask; mask &= mask - 1) {
		const uint32_t row = (uint32_t)__builtin_ctz(mask);
		const int n = __builtin_popcountll(xs_entry(XS_AXIS_STATE, row)->xfeatures);

		if (n < fewest)
			best = 0;
		if (n <= fewest)
			best |= 1u << row;
		if (n < fewest)
			fewest = n;
	}
	return usual(best);
}

/* The class that has a span of its own for such lanes; or the component's. */
static unsigned int class_of_span(const struct xs_span *span)
{
	uint32_t best = 0;

	for (uint32_t row = 0; row < xs_axes[XS_AXIS_STATE].rows; row++) {
		const struct xs_span *last = xs_state(row)->span;

		while (last + 1 < xs_state(row)->span + XS_SPANS_MAX && last[1].lanes)
			last++;
		if (last->file == span->file && last->component == span->component)
			best |= 1u << row;
	}
	return best ? usual(best) : class_of_component(span->component);
}

/* Which components are wrong, by the classes that they are called after, and which were proved. */
static void put_components(struct xs_signature *s, const struct xs_record *r,
			   const struct xs_cpu *cpu)
{
	uint32_t fine = 0, wrong = 0, proved = 0;

	XS_FOR_EACH_LANE(at, r->registers, cpu)
	{
		const uint32_t component = 1u << class_of_component(at.span->component);

		proved |= component;
		if (xs_lane_get(r->expected, cpu, &at) == xs_lane_get(r->actual, cpu, &at))
			continue;
		wrong |= component;
		fine |= 1u << class_of_span(at.span);
	}
	s->alone = __builtin_popcount(proved) == 1;
	if (__builtin_popcount(fine) == 1)
		put(s, XS_SIGNATURE_PART,
		    xs_name(XS_AXIS_STATE, (unsigned int)__builtin_ctz(fine)));
	else if (__builtin_popcount(wrong) == 1)
		put(s, XS_SIGNATURE_PART,
		    xs_name(XS_AXIS_STATE, (unsigned int)__builtin_ctz(wrong)));
	else
		put(s, XS_SIGNATURE_PART, XS_SIGNATURE_WIDE);
}

static void put_fields(struct xs_signature *s, const struct xs_finding *f)
{
	put(s, XS_SIGNATURE_PART,
	    f->lanes == 1 ? xs_layout_forms[f->lane[0].reg].name : XS_SIGNATURE_WIDE);
}

static void put_owner(struct xs_signature *s, const struct xs_finding *f)
{
	static const char *const roles[XS_PATTERN_ROLES] = { WHOSE_OWN, WHOSE_HANDLER, WHOSE_GIVEN,
							     WHOSE_GUEST };

	if (f->class == XS_CLASS_STALE || f->class == XS_CLASS_SHIFTED)
		put(s, XS_SIGNATURE_WHOSE, WHOSE_OWN);
	else if (f->class == XS_CLASS_FOREIGN && f->owner_known)
		put(s, XS_SIGNATURE_WHOSE,
		    f->owner == f->record->task ? roles[f->role] : WHOSE_OTHER);
}

static void put_abi(struct xs_signature *s, const struct xs_plan *plan)
{
	const uint32_t compat = xs_flags(XS_AXIS_ABI, plan->abi) & XS_ABI_COMPAT;

	put(s, XS_SIGNATURE_ABI,
	    xs_name(XS_AXIS_ABI, compat ? xs_first(XS_AXIS_ABI, XS_ABI_COMPAT) : plan->abi));
}

/*
 * A task that held nothing shows of another's registers what that one happened to use, such as the
 * two that a string function takes: that is all that could be seen, and none of it has a pattern.
 */
static void put_scraps(struct xs_signature *s, const struct xs_finding *f, bool in_frame)
{
	const uint64_t held = xs_frame_get64(f->record->expected, XS_IMAGE_XSTATE_BV);

	if (in_frame || held || (f->class != XS_CLASS_FLIPPED && f->class != XS_CLASS_UNKNOWN))
		return;
	put(s, XS_SIGNATURE_CLASS, xs_class_names[XS_CLASS_UNKNOWN]);
	s->alone = true;
}

static struct xs_signature of_nothing(enum xs_verdict_kind kind)
{
	struct xs_signature s = { .alone = 0 };

	for (uint32_t i = 0; i < XS_SIGNATURE_WORDS; i++)
		put(&s, i, XS_SIGNATURE_NONE);
	put(&s, XS_SIGNATURE_VERDICT, xs_verdict_names[kind]);
	return s;
}

static struct xs_signature of_finding(const struct xs_finding *f, const struct xs_plan *plan,
				      const struct xs_cpu *cpu)
{
	static const uint8_t kinds[] = { XS_CORRUPT, XS_ACCEPTED, XS_REFUSED };
	const struct xs_record *r = f->record;
	struct xs_signature s = of_nothing(kinds[r->wrong]);
	const bool in_frame =
		r->task < plan->workers &&
		(r->leg == XS_LEG_FRAME || r->leg == XS_LEG_HANDLER || r->leg == XS_LEG_LAYOUT ||
		 (r->leg == XS_LEG_RETURN && r->signalled));

	put(&s, XS_SIGNATURE_LEG,
	    r->leg == XS_LEG_RETURN && !r->signalled ? LEG_SWITCH : xs_leg_names[r->leg]);
	if (in_frame)
		put_abi(&s, plan);
	if (r->wrong != XS_WRONG_VALUES) {
		put(&s, XS_SIGNATURE_PART,
		    r->task < plan->workers ? xs_name(XS_AXIS_HANDLER, plan->handler)
					    : xs_name(XS_AXIS_PRESSURE, plan->task[r->task].kind));
		return s;
	}
	put(&s, XS_SIGNATURE_CLASS, xs_class_names[f->class]);
	if (r->leg == XS_LEG_KERNEL)
		return s;
	put_owner(&s, f);
	if (r->leg == XS_LEG_LAYOUT)
		put_fields(&s, f);
	else
		put_components(&s, r, cpu);
	if (r->leg != XS_LEG_LAYOUT && cpu->features & XS_CPU_XSAVE)
		put_scraps(&s, f, in_frame);
	return s;
}

static bool same(const struct xs_signature *a, const struct xs_signature *b,
		 enum xs_signature_word at)
{
	return !strcmp(a->word[at], b->word[at]);
}

static bool is(const struct xs_signature *s, enum xs_signature_word at, const char *text)
{
	return !strcmp(s->word[at], text);
}

/* How much a class says of whose registers came instead, whole: 0: another kind of damage. */
static uint32_t stranger(const struct xs_signature *s)
{
	static const uint8_t classes[] = { XS_CLASS_UNKNOWN, XS_CLASS_INIT, XS_CLASS_FOREIGN };

	if (!s->alone && !is(s, XS_SIGNATURE_PART, XS_SIGNATURE_WIDE))
		return 0;
	for (uint32_t i = 0; i < sizeof(classes); i++)
		if (is(s, XS_SIGNATURE_CLASS, xs_class_names[classes[i]]))
			return i + 1;
	return 0;
}

bool xs_signature_matches(const struct xs_signature *a, const struct xs_signature *b)
{
	const bool part = same(a, b, XS_SIGNATURE_PART) ||
			  (a->alone && is(b, XS_SIGNATURE_PART, XS_SIGNATURE_WIDE)) ||
			  (b->alone && is(a, XS_SIGNATURE_PART, XS_SIGNATURE_WIDE));
	const bool whose = same(a, b, XS_SIGNATURE_WHOSE) ||
			   is(a, XS_SIGNATURE_WHOSE, XS_SIGNATURE_NONE) ||
			   is(b, XS_SIGNATURE_WHOSE, XS_SIGNATURE_NONE);
	const bool class = same(a, b, XS_SIGNATURE_CLASS) || (stranger(a) && stranger(b));

	return part && whose && class && same(a, b, XS_SIGNATURE_VERDICT) &&
	       same(a, b, XS_SIGNATURE_LEG);
}

bool xs_signature_follows(const struct xs_signature *b, const struct xs_signature *a)
{
	struct xs_signature later = *a;

	put(&later, XS_SIGNATURE_LEG, b->word[XS_SIGNATURE_LEG]);
	return (is(a, XS_SIGNATURE_LEG, xs_leg_names[XS_LEG_FRAME]) ||
		is(a, XS_SIGNATURE_LEG, xs_leg_names[XS_LEG_RETURN]) ||
		is(a, XS_SIGNATURE_LEG, LEG_SWITCH)) &&
	       xs_signature_matches(&later, b);
}

void xs_signature_join(struct xs_signature *a, const struct xs_signature *b)
{
	if (stranger(b) > stranger(a))
		put(a, XS_SIGNATURE_CLASS, b->word[XS_SIGNATURE_CLASS]);
	if (!b->alone)
		put(a, XS_SIGNATURE_PART, b->word[XS_SIGNATURE_PART]);
	a->alone &= b->alone;
	if (is(a, XS_SIGNATURE_WHOSE, XS_SIGNATURE_NONE))
		put(a, XS_SIGNATURE_WHOSE, b->word[XS_SIGNATURE_WHOSE]);
	if (!same(a, b, XS_SIGNATURE_ABI))
		put(a, XS_SIGNATURE_ABI, XS_SIGNATURE_BOTH);
}

static bool is_one_of(const char *word, const char *const names[])
{
	for (; *names; names++)
		if (!strcmp(word, *names))
			return true;
	return false;
}

bool xs_signature_knows(enum xs_signature_word at, const char *word)
{
	static const char *const whose[] = { WHOSE_OWN,	  WHOSE_HANDLER, WHOSE_GIVEN,
					     WHOSE_GUEST, WHOSE_OTHER,	 NULL };

	if (!strcmp(word, XS_SIGNATURE_NONE))
		return true;
	switch (at) {
	case XS_SIGNATURE_VERDICT:
		return is_one_of(word, xs_verdict_names);
	case XS_SIGNATURE_LEG:
		return is_one_of(word, xs_leg_names) || !strcmp(word, LEG_SWITCH);
	case XS_SIGNATURE_CLASS:
		return is_one_of(word, xs_class_names);
	case XS_SIGNATURE_WHOSE:
		return is_one_of(word, whose);
	default:
		return true;
	}
}

const char *xs_signature_print(char text[XS_SIGNATURE_BYTES], const struct xs_signature *s)
{
	size_t used = 0;

	for (uint32_t i = 0; i < XS_SIGNATURE_WORDS; i++)
		used += (size_t)snprintf(text + used, XS_SIGNATURE_BYTES - used, "%s%s",
					 i ? " " : "", s->word[i]);
	return text;
}

/* Whether a finding is the first of its task in its iteration. */
static bool leads(const struct xs_verdict *v, uint32_t n)
{
	const struct xs_record *r = v->finding[n].record;

	for (uint32_t i = 0; i < n; i++)
		if (v->finding[i].record->task == r->task &&
		    v->finding[i].record->iteration == r->iteration)
			return false;
	return true;
}

static uint32_t add(struct xs_signature s[XS_RECORDS_MAX], uint32_t n,
		    const struct xs_signature *one)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!xs_signature_matches(&s[i], one))
			continue;
		xs_signature_join(&s[i], one);
		return n;
	}
	s[n] = *one;
	return n + 1;
}

uint32_t xs_signatures(struct xs_signature s[XS_RECORDS_MAX], const struct xs_verdict *v,
		       const struct xs_plan *plan, const struct xs_ending *ending,
		       const struct xs_cpu *cpu)
{
	uint32_t n = 0;

	if (!xs_verdict_is_bad(v->kind))
		return 0;
	for (uint32_t i = 0; i < v->findings; i++) {
		const struct xs_signature one = of_finding(&v->finding[i], plan, cpu);

		if (leads(v, i))
			n = add(s, n, &one);
	}
	if (n)
		return n;
	s[0] = of_nothing(v->kind);
	if (v->kind == XS_KILLED && ending->died_task < plan->workers) {
		put_abi(&s[0], plan);
		/* Where sigreturn's refusal itself kills, each kind of frame is another one. */
		if (xs_flags(XS_AXIS_HANDLER, plan->handler) & XS_HANDLER_REFUSED)
			put(&s[0], XS_SIGNATURE_PART, xs_name(XS_AXIS_HANDLER, plan->handler));
	}
	return 1;
}

uint32_t xs_wrong_legs(const struct xs_verdict *v)
{
	uint32_t legs = 0;

	for (uint32_t i = 0; i < v->findings; i++)
		if (v->finding[i].record->wrong == XS_WRONG_VALUES)
			legs |= 1u << v->finding[i].record->leg;
	/* What is wrong in the frame is so after sigreturn, too. */
	return legs & 1u << XS_LEG_FRAME ? legs | 1u << XS_LEG_RETURN : legs;
}
