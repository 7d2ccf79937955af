/* SPDX-License-Identifier: GPL-2.0-only */
/* Distinct findings: those of one signature are one, with a count and its best case. */
#ifndef XS_DISTINCT_H
#define XS_DISTINCT_H

#include "campaign/waiver.h"
#include "oracle/signature.h"
#include "report/report.h"

#define XS_DISTINCT_MAX	       64u
#define XS_DISTINCT_PATH_BYTES 512u
#define XS_WHERE_TOLD	       8u /* places in text */

/* Where a finding was, of several runs. */
struct xs_where {
	struct xs_where *next;
	const char *place; /* the run, in words */
	const char *saved; /* where that has saved its case; or NULL */
	uint32_t cases;
	void *run; /* the caller's */
};

struct xs_distinct {
	struct xs_signature signature;
	enum xs_verdict_kind kind;
	struct xs_waiver *waiver; /* it is known; or NULL */
	uint32_t cases;		  /* that had it, */
	uint64_t signals;	  /* and the signals of those */
	uint64_t first_ns;	  /* after the start of the check */
	struct xs_case best;	  /* it hit soonest, */
	uint64_t best_ns;	  /* so long after its start, */
	bool unsaved;		  /* by whoever saves it */
	uint32_t legs_out;	  /* and judged on all legs but these: wrong there first */
	char saved[XS_DISTINCT_PATH_BYTES]; /* the file that holds it; or "" */
	struct xs_where *where;		    /* the caller's list; or NULL */
};

/** xs_where_join() - one list of two that say the same of each run; either may be NULL */
struct xs_where *xs_where_join(struct xs_where *a, struct xs_where *b);

struct xs_findings {
	uint32_t count;
	uint32_t left_out; /* cases of findings that found no room, or had to give it */
	struct xs_distinct of[XS_DISTINCT_MAX];
};

/* What was wrong with a case in its runs so far: the next one leaves the legs of it out. */
struct xs_wrongs {
	uint32_t count;
	struct xs_signature of[XS_RECORDS_MAX];
};

/* What xs_findings_add() made of a finding. */
enum xs_novelty {
	XS_FINDING_AGAIN,
	XS_FINDING_BETTER, /* again, and its case is the best one now */
	XS_FINDING_NEW,
};

/**
 * xs_findings_add() - one more finding
 * @s: its signature
 * @waiver: that covers it, or NULL
 * @result: the case's, which was bad
 * @now_ns: after the start of the check
 * @novelty: set
 *
 * Return: where it stands, valid until the next call; NULL where there is no room. Pure.
 */
struct xs_distinct *xs_findings_add(struct xs_findings *all, const struct xs_signature *s,
				    struct xs_waiver *waiver, const struct xs_result *result,
				    uint64_t now_ns, enum xs_novelty *novelty);

/** xs_wrongs_cause() - of what was wrong with the case before, what @s follows from; or NULL */
const struct xs_signature *xs_wrongs_cause(const struct xs_wrongs *w, const struct xs_signature *s);

/** xs_wrongs_add() - @n signatures were wrong with the case */
void xs_wrongs_add(struct xs_wrongs *w, const struct xs_signature *s, uint32_t n);

/** xs_findings_worst() - the worst verdict of those that are not known; else XS_PASS. Pure. */
enum xs_verdict_kind xs_findings_worst(const struct xs_findings *all);

/** xs_findings_print() - the table: those that are not known, then those that are */
void xs_findings_print(FILE *f, const char *prefix, const struct xs_findings *all);

/**
 * xs_findings_write_known() - all of them as a file for --known
 * @subject: what had them; the reason of those that have no better one
 *
 * Return: 0, or -errno with @why set.
 */
int xs_findings_write_known(const struct xs_findings *all, const char *subject, const char *path,
			    char why[XS_WHY_BYTES]);

/** xs_findings_list() - the same as a list; or NULL: no memory */
struct json_t *xs_findings_list(const struct xs_findings *all);

/** xs_findings_to_json() - that list for the summary. Return: 0 or -ENOMEM. */
int xs_findings_to_json(struct xs_json *j, const struct xs_findings *all);

#endif
