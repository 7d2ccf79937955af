/* SPDX-License-Identifier: GPL-2.0-only */
/* Results as text, KTAP and JSON. */
#ifndef XS_REPORT_H
#define XS_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "oracle/oracle.h"
#include "oracle/signature.h"
#include "report/triage.h"

/* One case, run and judged. Nothing is owned; all must outlive the call. */
struct xs_result {
	const struct xs_case *c;    /* NULL where .file could not be loaded */
	const struct xs_plan *plan; /* NULL where none could be made */
	const struct xs_verdict *verdict;
	const struct xs_ending *ending; /* NULL where nothing was run */
	const char *saved;		/* file that holds the case, for replay; or NULL */
	const char *file;		/* what it is about, where that is no case: printable */
	const struct xs_cpu *cpu;	/* of the run; NULL: no map of the registers */
	bool colour;			/* the map is for a terminal that shows colours */
	/* Of a check's findings: */
	const struct xs_signature *signature; /* of each; or NULL */
	uint32_t signatures;
	const char *reason[XS_RECORDS_MAX]; /* of each signature that is known */
	uint32_t follows;  /* mask over them: of what was wrong with the case before */
	uint64_t after_ns; /* the start of it all */
	const char *known; /* the reason, where all of them are known; or NULL */
	bool again;	   /* they were all told of before: what they are is enough */
};

static inline const char *xs_result_name(const struct xs_result *r)
{
	return r->c ? r->c->name : r->file;
}

/**
 * xs_report_verdict() - a verdict as text: evidence, findings, reason and remedy
 *
 * Every line begins with @prefix: "" or, for KTAP, "# ".
 */
void xs_report_verdict(FILE *f, const char *prefix, const struct xs_result *r);

/** xs_report_finding() - one finding: leg, class, whose data, the map, every kept lane */
void xs_report_finding(FILE *f, const struct xs_result *r, const struct xs_finding *finding);

/** xs_report_headline() - who found what, and whose data it is: a line without its end */
void xs_report_headline(FILE *f, const struct xs_plan *plan, const struct xs_finding *finding);

/** xs_report_origin() - what a wrong lane holds, in words */
void xs_report_origin(FILE *f, const struct xs_plan *plan, const struct xs_record *r,
		      const struct xs_lane *l);

/** xs_report_same_story() - whether two findings are one to a reader: another says nothing new */
bool xs_report_same_story(const struct xs_finding *a, const struct xs_finding *b);

/** xs_report_signature() - what findings of a signature have in common, in words: a line's part */
void xs_report_signature(FILE *f, const struct xs_signature *s);

/**
 * xs_report_advice() - what a user of a corrupting kernel can do
 * @threads: for how many threads to compute the memory lock limit
 */
void xs_report_advice(FILE *f, const struct xs_triage *t, uint32_t threads);

/**
 * xs_frame_pages() - pages that one signal frame can touch, wherever it lies
 * @frame_bytes: AT_MINSIGSTKSZ, or an estimate
 *
 * Pure.
 */
uint64_t xs_frame_pages(uint64_t frame_bytes, uint64_t page_bytes);

/** xs_memlock_bytes() - RLIMIT_MEMLOCK for one locked frame's pages a thread. Pure. */
uint64_t xs_memlock_bytes(uint64_t frame_bytes, uint64_t page_bytes, uint64_t threads);

/**
 * xs_report_placement() - a machine, and which task of a plan runs where on it
 * @machine: its description, where it is not this one
 */
void xs_report_placement(FILE *f, hwloc_topology_t topology, const char *machine,
			 const struct xs_case *c, const struct xs_plan *plan);

/* KTAP, version 1: Documentation/dev-tools/ktap.rst. */
struct xs_ktap {
	FILE *f;
	uint32_t done;
	uint32_t passed, failed, known, skipped, errors;
};

/** xs_ktap_begin() - the version line, and the plan. @results: 0 where their number is not known */
void xs_ktap_begin(struct xs_ktap *k, FILE *f, uint32_t results);
void xs_ktap_result(struct xs_ktap *k, const struct xs_result *r);
/** xs_ktap_end() - the totals */
void xs_ktap_end(struct xs_ktap *k);

/*
 * Of a report in JSON, and of the context of a benchmark's: what reads them can tell that it does
 * not know them. Another number where a key goes, or means something else; docs/changelog.md says.
 */
#define XS_JSON_FORMAT 1

struct json_t;

/**
 * struct xs_json - a JSON report that grows by one case at a time
 *
 * What is added is copied: observations may be reused at once.
 */
struct xs_json;

/** xs_json_open() - begin a report. Return: 0 or -ENOMEM. */
int xs_json_open(struct xs_json **j, const char *tool_version, const struct xs_triage *t);
/** xs_json_close() - give the memory back; takes NULL too */
void xs_json_close(struct xs_json *j);

/** xs_json_add() - add a case. Return: 0 or -ENOMEM. */
int xs_json_add(struct xs_json *j, const struct xs_result *r);

/** xs_json_set() - add to the report itself, as xs_json_summary() does to the summary */
int xs_json_set(struct xs_json *j, const char *key, struct json_t *value);

/** xs_json_summary() - add to the summary, which takes @value (jansson's). Return: as above. */
int xs_json_summary(struct xs_json *j, const char *key, struct json_t *value);

/** xs_json_print() - write the report with its summary to @f. Return: 0 or -ENOMEM. */
int xs_json_print(struct xs_json *j, FILE *f);

#endif
