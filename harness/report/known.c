// SPDX-License-Identifier: GPL-2.0-only
/* Kernel versions, and the ranges of the known bugs. */
#include "report/known.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PART_MAX 99999u /* no part of a version is larger */

const struct xs_known xs_knowns[XS_KNOWNS] = {
#define XS_KNOWN(id, fix, cve_id, gcc, components, what, ...)                                      \
	[XS_KNOWN_##id] = {                                                                        \
		.commit = (fix),                                                                   \
		.cve = (cve_id),                                                                   \
		.symptom = (what),                                                                 \
		.gcc_major = (gcc),                                                                \
		.xfeatures = (components),                                                         \
		.range = { __VA_ARGS__ },                                                          \
	},
#include "report/known.def"
#undef XS_KNOWN
};

static int take_part(const char **at, uint32_t *value)
{
	unsigned long n;
	char *end;

	if (!isdigit((unsigned char)**at))
		return -EINVAL;
	n = strtoul(*at, &end, 10);
	*at = end;
	*value = (uint32_t)n;
	return n > PART_MAX ? -EINVAL : 0;
}

int xs_version_parse(struct xs_version *v, const char *release)
{
	static const char *const before_rc[] = { "-rc", "~rc", "-0.rc" };
	const char *at = release;

	*v = (struct xs_version){ .rc = XS_VERSION_FINAL };
	if (take_part(&at, &v->major) || *at++ != '.' || take_part(&at, &v->minor))
		return -EINVAL;
	if (*at == '.') {
		at++;
		if (take_part(&at, &v->patch))
			return -EINVAL;
	}
	for (size_t i = 0; i < sizeof(before_rc) / sizeof(before_rc[0]); i++) {
		size_t bytes = strlen(before_rc[i]);
		const char *number = at + bytes;

		if (strncmp(at, before_rc[i], bytes) != 0)
			continue;
		/* "-rcu-test" is no release candidate. */
		if (isdigit((unsigned char)*number))
			return take_part(&number, &v->rc);
	}
	return 0;
}

static int compare(const struct xs_version *a, const struct xs_version *b)
{
	const uint32_t left[] = { a->major, a->minor, a->patch, a->rc };
	const uint32_t right[] = { b->major, b->minor, b->patch, b->rc };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static bool in_range(const struct xs_version *v, const struct xs_known_range *range)
{
	struct xs_version first, fixed;

	return !xs_version_parse(&first, range->first) && !xs_version_parse(&fixed, range->fixed) &&
	       compare(v, &first) >= 0 && compare(v, &fixed) < 0;
}

enum xs_known_match xs_known_match(const char *release, uint32_t gcc_major,
				   const struct xs_known *row)
{
	struct xs_version v;
	bool inside = false;

	if (xs_version_parse(&v, release))
		return XS_KNOWN_UNREADABLE;
	for (uint32_t i = 0; i < XS_KNOWN_RANGES && row->range[i].first; i++)
		inside |= in_range(&v, &row->range[i]);
	if (!inside || (gcc_major && gcc_major < row->gcc_major))
		return XS_KNOWN_OUTSIDE;
	return row->gcc_major && !gcc_major ? XS_KNOWN_COMPILER : XS_KNOWN_INSIDE;
}
