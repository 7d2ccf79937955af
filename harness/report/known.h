/* SPDX-License-Identifier: GPL-2.0-only */
/* Known x86 fpstate bugs, and whether a kernel's version lies in their range. */
#ifndef XS_KNOWN_H
#define XS_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#define XS_KNOWN_RANGES 5u

/* A kernel version; 5.10-rc2 is { 5, 10, 0, 2 }, a release has XS_VERSION_FINAL. */
struct xs_version {
	uint32_t major, minor, patch, rc;
};
#define XS_VERSION_FINAL UINT32_MAX

/* From the first version that has the bug up to, not including, one that has not. */
struct xs_known_range {
	const char *first, *fixed;
};

struct xs_known {
	const char *commit; /* the upstream fix */
	const char *cve;    /* or NULL */
	const char *symptom;
	uint32_t gcc_major; /* only kernels built with this GCC or a later one; 0: any */
	uint64_t xfeatures; /* only CPUs with one of these state components; 0: any */
	struct xs_known_range range[XS_KNOWN_RANGES]; /* ends at .first == NULL */
};

enum xs_known_match {
	XS_KNOWN_OUTSIDE, /* the version is in no range */
	XS_KNOWN_INSIDE,
	XS_KNOWN_COMPILER,   /* inside, if it was built with GCC, which is not known */
	XS_KNOWN_UNREADABLE, /* not a kernel version */
};

enum {
#define XS_KNOWN(id, ...) XS_KNOWN_##id,
#include "report/known.def"
#undef XS_KNOWN
	XS_KNOWNS
};

extern const struct xs_known xs_knowns[XS_KNOWNS];

/**
 * xs_version_parse() - read "5.3.0-26-generic", "5.4-rc3", "6.2~rc3-amd64", ...
 *
 * Return: 0 or -EINVAL. Pure.
 */
int xs_version_parse(struct xs_version *v, const char *release);

/**
 * xs_known_match() - whether a kernel may have the bug of @row
 * @release: as uname -r says it, or better the upstream version where known
 * @gcc_major: that built it; 0: not GCC, or unknown
 *
 * It compares numbers. Distributions backport fixes, and bugs: only the test
 * decides. Pure.
 */
enum xs_known_match xs_known_match(const char *release, uint32_t gcc_major,
				   const struct xs_known *row);

#endif
