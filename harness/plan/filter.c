// SPDX-License-Identifier: GPL-2.0-only
/* What the user leaves of the axes and of the legs: --only and --skip. */
#include "plan/filter.h"

#include <errno.h>
#include <string.h>

#include "case/str.h"

/* On these legs every case is proved. */
#define LEGS_ALWAYS                                                                                \
	(1u << XS_LEG_FRAME | 1u << XS_LEG_HANDLER | 1u << XS_LEG_RETURN | 1u << XS_LEG_LAYOUT)

static uint32_t all_of(unsigned int axis)
{
	return axis == XS_FILTER_LEGS ? (1u << XS_LEGS) - 1 : xs_all_rows(axis);
}

static const char *name_of(unsigned int axis, unsigned int row)
{
	return axis == XS_FILTER_LEGS ? xs_leg_names[row] : xs_name(axis, row);
}

static const char *title_of(unsigned int axis)
{
	return axis == XS_FILTER_LEGS ? "legs" : xs_axes[axis].title;
}

/* Its section in a case file. Registers have none of their own. */
const char *xs_filter_axis(unsigned int axis)
{
	if (axis == XS_FILTER_LEGS)
		return "legs";
	return axis == XS_AXIS_STATE ? xs_axes[axis].key : xs_axes[axis].id;
}

static void put_names(struct xs_str *why, unsigned int axis, uint32_t mask)
{
	const char *separator = " ";

	for (unsigned int row = 0; mask >> row; row++)
		if (mask >> row & 1)
			xs_str_item(why, &separator, name_of(axis, row));
}

static bool is_word(const char *text, size_t bytes, const char *word)
{
	return !strncmp(text, word, bytes) && !word[bytes];
}

/* JSON has the key of a case file in the plural. */
static bool is_key(const char *text, size_t bytes, const char *key)
{
	return is_word(text, bytes, key) ||
	       (bytes + 1 == strlen(key) && !strncmp(text, key, bytes));
}

static unsigned int find_axis(const char *text, size_t bytes)
{
	unsigned int axis = 0;

	while (axis < XS_AXES && !is_word(text, bytes, xs_axes[axis].id) &&
	       !is_key(text, bytes, xs_axes[axis].key))
		axis++;
	return axis < XS_AXES || is_key(text, bytes, "legs") ? axis : XS_FILTER_LEGS + 1;
}

/* Rows by their name; 0 where there is none. */
static uint32_t find_rows(unsigned int axis, const char *text, size_t bytes)
{
	const uint32_t all = all_of(axis);

	for (unsigned int row = 0; all >> row; row++)
		if (is_word(text, bytes, name_of(axis, row)))
			return 1u << row;
	return is_word(text, bytes, "all") ? all : 0;
}

static int refuse_axis(const char *text, struct xs_str *why)
{
	const char *separator = " ";

	xs_str_quote(why, text);
	xs_str_put(why, " does not begin with an axis and =, as stack=none does; axes:");
	for (unsigned int axis = 0; axis <= XS_FILTER_LEGS; axis++)
		xs_str_item(why, &separator, xs_filter_axis(axis));
	return -EINVAL;
}

static int refuse_row(unsigned int axis, const char *text, size_t bytes, struct xs_str *why)
{
	char name[XS_WHY_BYTES];

	bytes = bytes < sizeof(name) ? bytes : sizeof(name) - 1;
	memcpy(name, text, bytes);
	name[bytes] = '\0';
	xs_str_add(why, "%s: ", xs_filter_axis(axis));
	xs_str_quote(why, name);
	xs_str_add(why, " is none of the %s: all,", title_of(axis));
	put_names(why, axis, all_of(axis));
	return -EINVAL;
}

int xs_filter_add(struct xs_filter *f, bool only, const char *text, char why[XS_WHY_BYTES])
{
	struct xs_str reason = xs_str_open(why, XS_WHY_BYTES);
	const size_t head = strcspn(text, "=");
	const unsigned int axis = find_axis(text, head);
	const char *at = text + head;
	uint32_t mask = 0;

	if (!*at || axis > XS_FILTER_LEGS)
		return refuse_axis(text, &reason);
	do {
		const size_t bytes = strcspn(++at, ",");
		const uint32_t rows = find_rows(axis, at, bytes);

		if (!rows)
			return refuse_row(axis, at, bytes, &reason);
		mask |= rows;
		at += bytes;
	} while (*at);
	*(only ? &f->only[axis] : &f->skip[axis]) |= mask;
	return 0;
}

bool xs_filter_is_empty(const struct xs_filter *f)
{
	static const struct xs_filter empty;

	return !memcmp(f, &empty, sizeof(empty));
}

static uint32_t left_of(const struct xs_filter *f, unsigned int axis)
{
	const uint32_t of_linux = f->contract && axis != XS_FILTER_LEGS
					  ? xs_rows(axis, UINT32_MAX, XS_LINUX_OWN, 0)
					  : 0;

	return (f->only[axis] ? f->only[axis] : all_of(axis)) & ~f->skip[axis] & ~of_linux;
}

/* Whether rows with these flags mean nothing together. */
static bool clash(enum xs_axis_id a, uint32_t x, enum xs_axis_id b, uint32_t y)
{
	const uint32_t survives = XS_STACK_SHARED | XS_STACK_KEEPS;

	if (b == XS_AXIS_STATE && (a == XS_AXIS_HANDLER || a == XS_AXIS_PRESSURE))
		return (x & XS_FORKS) && (y & XS_STATE_DYNAMIC);
	if (b == XS_AXIS_STACK && a == XS_AXIS_HANDLER)
		return ((x & XS_FORKS) && (y & XS_STACK_SHARED)) ||
		       ((x & (XS_FORKS | XS_HANDLER_NESTS)) && (y & XS_STACK_TIGHT)) ||
		       ((x & XS_HANDLER_TOKEN) && !(y & XS_STACK_SHADOW));
	if (b == XS_AXIS_HOLD && a == XS_AXIS_SIGNAL)
		return (x & XS_SIGNAL_ABORTS) && (y & XS_HOLD_STEPS);
	if (b == XS_AXIS_STACK && a == XS_AXIS_PRESSURE)
		return (x & XS_PRESSURE_EVICTS) && (y & survives) != survives;
	if (a != XS_AXIS_ABI || b == XS_AXIS_PRESSURE || !(x & XS_ABI_COMPAT))
		return false;
	if (b == XS_AXIS_STACK && (y & XS_STACK_KEYED) && (x & XS_ABI_RT))
		return true;
	return (y & XS_X86_64) || (b == XS_AXIS_HANDLER && (y & XS_HANDLER_RT) && !(x & XS_ABI_RT));
}

/* An axis of which a row goes together with nothing, or XS_AXES; pressure need not be. */
static enum xs_axis_id misfit(const struct xs_repertoire *r, enum xs_axis_id axis, unsigned int row)
{
	const uint32_t flags = xs_flags(axis, row);
	enum xs_axis_id other;

	for (other = 0; other < XS_AXES; other++) {
		bool some = other == axis || other == XS_AXIS_PRESSURE;

		for (uint32_t left = r->rows[other]; left && !some; left &= left - 1) {
			const uint32_t theirs = xs_flags(other, (unsigned int)__builtin_ctz(left));

			some = !clash(axis, flags, other, theirs) &&
			       !clash(other, theirs, axis, flags);
		}
		if (!some)
			break;
	}
	return other;
}

/* Whether a case cannot be made: an axis has nothing left, and has to. */
static bool lacks(const struct xs_filter *f, enum xs_axis_id axis, uint32_t rows)
{
	return !rows && (axis != XS_AXIS_PRESSURE || f->only[axis]);
}

/* Leave out those rows of an axis that go together with nothing of another one. */
static int drop_misfits(const struct xs_filter *f, struct xs_repertoire *r, enum xs_axis_id axis,
			bool *dropped, char why[XS_WHY_BYTES])
{
	struct xs_str reason = xs_str_open(why, XS_WHY_BYTES);
	const uint32_t before = r->rows[axis];

	for (uint32_t left = before; left; left &= left - 1) {
		const unsigned int row = (unsigned int)__builtin_ctz(left);
		const enum xs_axis_id other = misfit(r, axis, row);

		if (other == XS_AXES)
			continue;
		*dropped = true;
		r->rows[axis] &= ~(1u << row);
		r->left_out[axis] |= 1u << row;
		if (!lacks(f, axis, r->rows[axis]))
			continue;
		xs_str_add(&reason, "%s: what is left of the %s goes together with nothing of:",
			   xs_axes[axis].title, xs_axes[other].title);
		put_names(&reason, axis, before);
		return -EINVAL;
	}
	return 0;
}

/* Whether the filter itself leaves enough. */
static int check(const struct xs_filter *f, char why[XS_WHY_BYTES])
{
	for (enum xs_axis_id axis = 0; axis < XS_AXES; axis++)
		if (lacks(f, axis, left_of(f, axis)))
			return xs_why(-EINVAL, why, "%s: nothing is left; leave at least one",
				      xs_axes[axis].title);
	if (left_of(f, XS_FILTER_LEGS) & LEGS_ALWAYS)
		return 0;
	return xs_why(-EINVAL, why,
		      "legs: leave at least one of frame, handler, return, layout: on the others "
		      "many cases prove nothing");
}

int xs_filter_apply(const struct xs_filter *f, struct xs_repertoire *r, char why[XS_WHY_BYTES])
{
	struct xs_str reason = xs_str_open(why, XS_WHY_BYTES);
	int rc = check(f, why);
	bool again = true;

	if (rc || xs_filter_is_empty(f))
		return rc;
	for (enum xs_axis_id axis = 0; axis < XS_AXES; axis++) {
		r->left_out[axis] = xs_all_rows(axis) & ~left_of(f, axis);
		r->rows[axis] &= left_of(f, axis);
		if (!lacks(f, axis, r->rows[axis]))
			continue;
		xs_str_add(&reason, "%s: not here, as \"xsavage list\" says, or not allowed:",
			   xs_axes[axis].title);
		put_names(&reason, axis, left_of(f, axis));
		return -EOPNOTSUPP;
	}
	/* What goes may have been the partner of what has been looked at. */
	while (again && !rc) {
		again = false;
		for (enum xs_axis_id axis = 0; axis < XS_AXES && !rc; axis++)
			rc = drop_misfits(f, r, axis, &again, why);
	}
	r->contract = f->contract;
	r->legs_out = all_of(XS_FILTER_LEGS) & ~left_of(f, XS_FILTER_LEGS);
	return rc;
}
