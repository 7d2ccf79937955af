/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports of many runs, as one: of machines, cells of a fleet, days. */
#ifndef XS_POOL_H
#define XS_POOL_H

#include "campaign/campaign.h"
#include "campaign/distinct.h"
#include "report/reader.h"
#include "report/run.h"

#define XS_POOL_FILE_MAX    (512ul << 20)
#define XS_POOL_TEXT_BYTES  128u /* of what a report says of its machine */
#define XS_POOL_PLACE_BYTES 256u

/* What makes results comparable: the statistical bound is for each such kind alone. */
struct xs_pool_machine {
	char tested[XS_POOL_TEXT_BYTES]; /* "kernel 6.1.192" */
	char build[XS_POOL_TEXT_BYTES];	 /* uname -v */
	char cpu[XS_POOL_TEXT_BYTES];
	uint64_t xcr0;
};

/* One report, read. */
struct xs_pool_run {
	const char *file;
	struct xs_run run; /* .command is of no program: NULL */
	char command[16];
	char release[XS_POOL_TEXT_BYTES];
	char place[XS_POOL_PLACE_BYTES]; /* "FILE (HOST)" */
	uint64_t hash;			 /* of all that it says */
	struct xs_pool_machine machine;
	uint32_t kind; /* of machine: index in the pool */

	struct xs_campaign campaign;
	struct xs_evidence evidence; /* of the cases that were no finding */
	bool interrupted;
	enum xs_verdict_kind said; /* its own verdict, */
	char said_why[XS_WHY_BYTES];
	enum xs_verdict_kind news;    /* the worst finding that is not known; or XS_PASS */
	const char *known;	      /* the reason of one that is; or NULL */
	enum xs_verdict_kind verdict; /* without what is known */
	char why[XS_WHY_BYTES];
};

/* A kind of machine, and what its runs come to. */
struct xs_pool_kind {
	struct xs_pool_machine machine;
	uint32_t runs, passed, known;
	uint32_t cases, by_verdict[XS_VERDICTS];
	struct xs_evidence evidence;
	struct xs_verdict verdict;
};

/* A report that is left out, as its run is there already. */
struct xs_pool_again {
	const char *file;
	const struct xs_pool_run *first;
};

/* Why runs have not covered a row that no run has. */
struct xs_pool_gap {
	uint32_t axis, row, runs;
	char why[XS_WHY_BYTES];
};

struct xs_pool {
	uint32_t runs, kinds, agains, gaps;
	struct xs_pool_run **run;
	struct xs_pool_kind *kind;
	struct xs_pool_again *again;
	struct xs_pool_gap *gap;
	struct xs_coverage coverage; /* .left_out and .legs_out: by all */
	struct xs_findings *findings;
	struct xs_waivers *waivers; /* --known */
	bool applied[XS_WAIVERS_MAX];
	struct xs_pool_note *notes; /* what the findings point to: places and reasons */
	enum xs_verdict_kind verdict;
	char why[XS_WHY_BYTES];
};

/** xs_pool_open() - an empty pool. @known: a file for --known, or NULL. Return: 0, or -errno. */
int xs_pool_open(struct xs_pool *p, const char *known, char why[XS_WHY_BYTES]);
void xs_pool_close(struct xs_pool *p);

/**
 * xs_pool_add() - one more report
 * @r: .file is its name, which the pool keeps; .why is set on error
 * @text: @bytes of it
 *
 * A run that is there already is noted, and not counted again. Any bytes give a report or an
 * error, which leaves the pool fit for xs_pool_close() alone. Pure. Return: 0, -EINVAL or -ENOMEM.
 */
int xs_pool_add(struct xs_pool *p, struct xs_reader *r, const char *text, size_t bytes);

/** xs_pool_load() - the same of a file. Return: as above, or what kept it from being read. */
int xs_pool_load(struct xs_pool *p, struct xs_reader *r, const char *path);

/** xs_pool_conclude() - when all are there: the verdict on each run, each kind, and all. Pure. */
void xs_pool_conclude(struct xs_pool *p);

/** xs_pool_print() - all of it as text, each line behind @prefix */
void xs_pool_print(FILE *f, const char *prefix, const struct xs_pool *p);

/** xs_pool_ktap() - a result for each run, and all else in comments */
void xs_pool_ktap(FILE *f, const struct xs_pool *p);

/** xs_pool_json() - all of it, as JSON; -ENOMEM, or 0 */
int xs_pool_json(FILE *f, const struct xs_pool *p, const char *tool_version);

/** xs_pool_html() - all of it as one page, which loads nothing and runs no script */
void xs_pool_html(FILE *f, const struct xs_pool *p);

/** xs_pool_kind_name() - "kernel 6.1.192, CPU", for people */
#define XS_POOL_NAME_BYTES (2 * XS_POOL_TEXT_BYTES + 4)
const char *xs_pool_kind_name(const struct xs_pool_kind *k, char text[XS_POOL_NAME_BYTES]);

/** xs_pool_name() - "2 runs on 1 kind of machine" */
const char *xs_pool_name(const struct xs_pool *p, char text[XS_POOL_NAME_BYTES]);

/* In pool_read.c. */

/** xs_pool_read() - what a report says, but for its cases: .machine, .run, .campaign's coverage */
void xs_pool_read(struct xs_reader *r, const struct json_t *root, struct xs_pool_run *run);

/** xs_pool_read_gap() - why the run has not covered a row */
void xs_pool_read_gap(struct xs_reader *r, const struct json_t *root, const struct xs_coverage *c,
		      struct xs_pool_gap *gap);

/* A case of a report. */
struct xs_pool_case {
	struct xs_case c;
	bool loaded;			    /* .c holds */
	struct xs_verdict v;		    /* kind, why, evidence */
	char saved[XS_DISTINCT_PATH_BYTES]; /* or "" */
	uint32_t findings;
	struct xs_pool_finding {
		struct xs_signature signature;
		char known[XS_WAIVER_REASON_BYTES]; /* the reason there, or "" */
		uint64_t after_ns;
	} finding[XS_RECORDS_MAX];
};

/** xs_pool_read_case() - @one is an element of the list of cases, which the reader has entered */
void xs_pool_read_case(struct xs_reader *r, const struct json_t *one, struct xs_pool_case *c);

#endif
