/* SPDX-License-Identifier: GPL-2.0-only */
/* Known findings: signatures that somebody has a reason not to be told of as news. */
#ifndef XS_WAIVER_H
#define XS_WAIVER_H

#include <stdio.h>

#include "case/case.h"
#include "oracle/signature.h"
#include "report/report.h"

#define XS_WAIVERS_MAX		128u
#define XS_WAIVER_REASON_BYTES	200u
#define XS_WAIVER_RELEASE_BYTES 24u

struct xs_waiver {
	struct xs_signature signature; /* a word "*" stands for any */
	uint32_t rows[XS_AXES];	  /* a case with all of these can show it; none: nobody knows */
	uint32_t within[XS_AXES]; /* known in cases with one of these alone; none: in any */
	char first[XS_WAIVER_RELEASE_BYTES]; /* releases from here on, "" for all, */
	char fixed[XS_WAIVER_RELEASE_BYTES]; /* up to, not including, this one, or "" */
	char reason[XS_WAIVER_REASON_BYTES];
	uint32_t line;
	bool applies; /* to the release that is tested */
	bool came;
	uint32_t tried; /* cases that could have shown it, and passed */
};

struct xs_waivers {
	uint32_t count;
	struct xs_waiver of[XS_WAIVERS_MAX];
};

/**
 * xs_waivers_load() - read a file of known findings
 * @path: "-" is standard input
 * @release: of what is tested
 *
 * A line: the signature's words, then AXIS=ENTRY[,ENTRY], AXIS==ENTRY[,ENTRY] and FIRST..FIXED as
 * often as needed, ": ", the reason. Empty lines, and those that begin with "#", are comments.
 * Return: 0, or -errno with @why set to "FILE:LINE: what is wrong".
 */
int xs_waivers_load(struct xs_waivers *all, const char *path, const char *release,
		    char why[XS_WHY_BYTES]);

/** xs_waivers_parse() - the same of @bytes of text, called @file. Pure. */
int xs_waivers_parse(struct xs_waivers *all, const char *text, size_t bytes, const char *file,
		     const char *release, char why[XS_WHY_BYTES]);

/** xs_waivers_release() - from now on it is @release that is tested. Pure. */
void xs_waivers_release(struct xs_waivers *all, const char *release);

/** xs_waivers_find() - the first that covers a signature of a case with @rows, or NULL. Pure. */
struct xs_waiver *xs_waivers_find(struct xs_waivers *all, const struct xs_signature *s,
				  const uint32_t rows[XS_AXES]);

/** xs_waivers_passed() - a case has passed: note whose finding it could have shown */
void xs_waivers_passed(struct xs_waivers *all, const uint32_t rows[XS_AXES]);

/** xs_waiver_gone() - it applies, and did not come although it could have. Pure. */
bool xs_waiver_gone(const struct xs_waiver *w);

/** xs_waivers_print_absent() - those that apply and did not come: gone, or merely not seen */
void xs_waivers_print_absent(FILE *f, const char *prefix, const struct xs_waivers *all);

/** xs_waivers_to_json() - what came of each, for the summary. Return: 0 or -ENOMEM. */
int xs_waivers_to_json(struct xs_json *j, const struct xs_waivers *all);

/** xs_waiver_print() - one line of such a file, for a finding of the case @c */
void xs_waiver_print(FILE *f, const struct xs_signature *s, const struct xs_case *c,
		     const char *reason);

#endif
