// SPDX-License-Identifier: GPL-2.0-only
/* The table of register classes, and questions about its rows. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "state/state.h"

#define XS_STATE(id, label, flag, xf, feat, text, ...)                                             \
	extern xs_load_fn xs_state_##id##_load;                                                    \
	extern xs_check_fn xs_state_##id##_check;                                                  \
	const struct xs_state_class xs_state_##id = {                                              \
		.entry = {                                                                         \
			.name = (label),                                                           \
			.summary = (text),                                                         \
			.flags = (flag),                                                           \
			.features = (feat),                                                        \
			.xfeatures = (xf),                                                         \
		},                                                                                 \
		.load = xs_state_##id##_load,                                                      \
		.check = xs_state_##id##_check,                                                    \
		.span = { __VA_ARGS__ },                                                           \
	};
#include "axis/state.def"
#undef XS_STATE

int xs_entry_supported(const struct xs_entry *e, const struct xs_cpu *cpu, char *why)
{
	static const char *const feature_names[] = XS_CPU_FEATURE_NAMES;
	const uint64_t no_xfeatures = e->xfeatures & ~cpu->xcr0;
	const uint32_t no_features = e->features & ~cpu->features;

	const uint64_t inexact = e->flags & XS_STATE_EXACT ? e->xfeatures & cpu->inexact : 0;

	if (inexact)
		return xs_why(-EOPNOTSUPP, why,
			      "this CPU, an emulated one, does not keep all bits of %s",
			      inexact & 1 ? "x87" : "MXCSR");
	if (!no_xfeatures && !no_features)
		return e->supported ? e->supported(why) : 0;
	if (why && no_features == XS_CPU_X87_POINTERS)
		snprintf(why, XS_WHY_BYTES, "this CPU does not keep FOP, FIP and FDP");
	else if (why && no_features)
		snprintf(why, XS_WHY_BYTES, "this CPU has no %s",
			 feature_names[__builtin_ctz(no_features)]);
	else if (why)
		snprintf(why, XS_WHY_BYTES, "the kernel has not enabled %s in XCR0",
			 xs_xfeature_name((unsigned int)__builtin_ctzll(no_xfeatures)));
	return -EOPNOTSUPP;
}

uint32_t xs_state_mask_supported(const struct xs_cpu *cpu)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < XS_STATES; i++)
		if (!xs_entry_supported(xs_entry(XS_AXIS_STATE, i), cpu, NULL))
			mask |= 1u << i;
	return mask;
}

static int has_span(const struct xs_state_class *s, const struct xs_span *span)
{
	for (unsigned int i = 0; i < XS_SPANS_MAX && s->span[i].lanes; i++)
		if (!memcmp(&s->span[i], span, sizeof(*span)))
			return 1;
	return 0;
}

/* Whether every span of @a is one of @b too. */
static int covered(const struct xs_state_class *a, const struct xs_state_class *b)
{
	for (unsigned int i = 0; i < XS_SPANS_MAX && a->span[i].lanes; i++)
		if (!has_span(b, &a->span[i]))
			return 0;
	return 1;
}

uint32_t xs_state_reduce(uint32_t mask)
{
	uint32_t kept = mask;

	for (unsigned int a = 0; a < XS_STATES; a++)
		for (unsigned int b = 0; b < XS_STATES; b++)
			if (a != b && (mask >> a & 1) && (mask >> b & 1) &&
			    covered(xs_state(a), xs_state(b)))
				kept &= ~(1u << a);
	return kept;
}

uint64_t xs_state_xfeatures(uint32_t mask)
{
	uint64_t xfeatures = 0;

	for (unsigned int i = 0; i < XS_STATES; i++)
		for (unsigned int s = 0; s < XS_SPANS_MAX && xs_state(i)->span[s].lanes; s++)
			if (mask >> i & 1)
				xfeatures |= 1ull << xs_state(i)->span[s].component;
	return xfeatures;
}

uint64_t xs_state_undriven(const struct xs_cpu *cpu)
{
	return cpu->xcr0 & ~3ull & ~xs_state_xfeatures(xs_state_mask_supported(cpu));
}

uint32_t xs_state_of(uint64_t components)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < XS_STATES; i++)
		if (xs_state_xfeatures(1u << i) & components)
			mask |= 1u << i;
	return mask;
}
