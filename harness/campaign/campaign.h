/* SPDX-License-Identifier: GPL-2.0-only */
/* What many cases come to: one verdict, and what of every axis they have covered. */
#ifndef XS_CAMPAIGN_H
#define XS_CAMPAIGN_H

#include "plan/schedule.h"
#include "report/report.h"

/* Masks over an axis' rows. */
struct xs_coverage {
	uint32_t here[XS_AXES];	    /* what this machine has */
	uint32_t had[XS_AXES];	    /* what some passed case had */
	uint32_t denied;	    /* pressure that nobody has allowed */
	uint32_t left_out[XS_AXES]; /* by a filter, of all rows */
	uint32_t legs_out;	    /* mask over enum xs_leg */
};

struct xs_campaign {
	uint32_t cases, by_verdict[XS_VERDICTS];
	struct xs_coverage coverage;
	char doubt[XS_WHY_BYTES]; /* of the last inconclusive case */
};

/**
 * xs_campaign_begin() - nothing run so far
 * @allowed: mask over pressure.def: what needs permission and has it
 */
void xs_campaign_begin(struct xs_campaign *k, const struct xs_repertoire *r, uint32_t allowed);

/** xs_campaign_rows() - xs_case_rows(), with what the case's workers held of the machine's */
void xs_campaign_rows(const struct xs_campaign *k, const struct xs_case *c, uint32_t rows[XS_AXES]);

/** xs_campaign_add() - one more case, run and judged */
void xs_campaign_add(struct xs_campaign *k, const struct xs_case *c, const struct xs_verdict *v);

/**
 * xs_campaign_conclude() - the verdict on all cases: the worst one, or a pass on enough evidence
 * @found: the worst one of all findings that are not known; or XS_PASS
 * @last: the last case's; all zeros where none was run
 * @name: the last case's
 * @why: set to the reason, or to "" where the findings say it
 *
 * Pure.
 */
enum xs_verdict_kind xs_campaign_conclude(const struct xs_campaign *k, enum xs_verdict_kind found,
					  const struct xs_verdict *last, const char *name,
					  char why[XS_WHY_BYTES]);

/** xs_coverage_print() - of each axis how much was covered */
void xs_coverage_print(FILE *f, const char *prefix, const struct xs_coverage *c);

/** xs_campaign_print() - of each axis how much was covered, and by name what was not, and why */
void xs_campaign_print(FILE *f, const char *prefix, const struct xs_campaign *k);

/** xs_json_cover() - the same for the summary of a JSON report. Return: 0 or -ENOMEM. */
int xs_json_cover(struct xs_json *j, const struct xs_coverage *c);

/** xs_json_conclude() - the verdict on all for the summary. Return: 0 or -ENOMEM. */
int xs_json_conclude(struct xs_json *j, enum xs_verdict_kind kind, const char *why,
		     bool interrupted);

/**
 * xs_exit_code() - the exit code of a command
 * @interrupted: the signal that ended it, or 0
 * @bisect: as git bisect run wants it
 *
 * Pure.
 */
int xs_exit_code(enum xs_verdict_kind kind, int interrupted, bool bisect);

#endif
