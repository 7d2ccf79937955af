/* SPDX-License-Identifier: GPL-2.0-only */
/* The cases of the schedule, in all cells, until their time is over. */
#ifndef XS_JOBS_H
#define XS_JOBS_H

#include "campaign/distinct.h"
#include "campaign/parallel.h"

struct xs_job;

struct xs_jobs {
	/* From the caller: */
	struct xs_parallel *p;
	struct xs_runner *r;
	const struct xs_repertoire *repertoire;
	uint64_t whole_ns;
	uint32_t slice_ms; /* of a case */
	/* Takes what a case has come to, and of a bad one what it was. Return: whether there are
	 * more. */
	bool (*take)(void *arg, struct xs_result *result, struct xs_wrongs *wrongs);
	void *arg;

	struct xs_job *job;	  /* of each cell */
	uint32_t next;		  /* case */
	bool alone;		  /* one that changes the machine for everybody is run */
	bool over;		  /* no more cases */
	uint64_t ran_ns;	  /* all cases, with what lies between them */
	char name[XS_NAME_BYTES]; /* of the one that was begun last */
};

/** xs_jobs_open() - 0, or -errno with @why set; xs_jobs_close() is right after either */
int xs_jobs_open(struct xs_jobs *j, char why[XS_WHY_BYTES]);
void xs_jobs_close(struct xs_jobs *j);

/**
 * xs_jobs_run() - give each cell the next case whenever it has none
 *
 * No case is run twice, but that one which is bad is run again without the legs that were wrong,
 * until nothing else is wrong with it. One that changes the machine for everybody runs alone. The
 * time is counted from the first case: on a slow machine looking around may take longer than that,
 * and one case at least is run. The last ones fill what is left. What ends all before that, and is
 * no signal, ends the cases that are run then, unseen.
 */
void xs_jobs_run(struct xs_jobs *j);

#endif
